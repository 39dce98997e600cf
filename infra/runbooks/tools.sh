# shellcheck shell=bash
# What the runbooks use. In bash, from the root of the repository:
#
#   export STACK=ringback AWS_REGION=us-east-1
#   source infra/runbooks/tools.sh
#
# Needs the AWS CLI (version 2) and jq, and credentials that may read; redrive, dismiss, text_as, pause, resume and
# back also change something and say so in their first line. Bodies of messages carry numbers and texts of people in
# inbound-sms and call-events, so nothing here prints a body.

: "${STACK:?export STACK=… first: the name of the stack}"

# queue NAME: the URL of a queue.
queue() { aws sqs get-queue-url --queue-name "$STACK-$1" --query QueueUrl --output text; }

# arn NAME: the ARN of a queue.
arn() {
  aws sqs get-queue-attributes --queue-url "$(queue "$1")" --attribute-names QueueArn \
    --query Attributes.QueueArn --output text
}

# depth NAME: how many messages a queue has: waiting, being worked on, delayed on purpose.
depth() {
  aws sqs get-queue-attributes --queue-url "$(queue "$1")" --attribute-names All | jq -c '.Attributes
    | {waiting: .ApproximateNumberOfMessages, in_work: .ApproximateNumberOfMessagesNotVisible,
       delayed: .ApproximateNumberOfMessagesDelayed}'
}

# peek NAME: why up to ten messages are in the dead letters of NAME. They stay there.
peek() {
  aws sqs receive-message --queue-url "$(queue "$1-dead-letters")" --max-number-of-messages 10 \
    --visibility-timeout 0 --message-attribute-names All --attribute-names All | jq -c '.Messages[]?
    | {id: .MessageId, sent: (.Attributes.SentTimestamp | tonumber / 1000 | todate)}
      + ((.MessageAttributes // {}) | map_values(.StringValue))'
}

# redrive NAME [TO]: changes things. Sends the dead letters of NAME to the queue TO (NAME itself unless given):
# received, sent, then deleted, so that what is lost on the way stays a dead letter. All readers bear repetition.
redrive() {
  local from to message body receipt moved=0 total
  from=$(queue "$1-dead-letters") to=$(queue "${2:-$1}")
  # As many as there were at the start: what comes back meanwhile is for another look, not another round.
  total=$(aws sqs get-queue-attributes --queue-url "$from" --attribute-names ApproximateNumberOfMessages \
    --query Attributes.ApproximateNumberOfMessages --output text)
  while [ "$moved" -lt "$total" ]; do
    message=$(aws sqs receive-message --queue-url "$from" --wait-time-seconds 2)
    receipt=$(jq -r '.Messages[0].ReceiptHandle // empty' <<<"$message")
    [ -n "$receipt" ] || break
    body=$(jq -r '.Messages[0].Body' <<<"$message")
    aws sqs send-message --queue-url "$to" --message-body "$body" >/dev/null || return
    aws sqs delete-message --queue-url "$from" --receipt-handle "$receipt" || return
    moved=$((moved + 1))
  done
  echo "$moved of $total sent to ${2:-$1}"
}

# dismiss NAME ID: changes things. Deletes one message (its id as `peek` shows it) from the dead letters of NAME.
dismiss() {
  local from message receipt
  from=$(queue "$1-dead-letters")
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    message=$(aws sqs receive-message --queue-url "$from" --max-number-of-messages 10 --visibility-timeout 5)
    receipt=$(jq -r --arg id "$2" '.Messages[]? | select(.MessageId == $id) | .ReceiptHandle' <<<"$message")
    [ -z "$receipt" ] || break
  done
  [ -n "$receipt" ] || { echo "not found: $2" >&2; return 1; }
  aws sqs delete-message --queue-url "$from" --receipt-handle "$receipt"
}

# text_as NUMBER TEXT: changes things. Puts a text into the queue inbound-sms as if NUMBER had sent it: for a first
# try, before a number of your own is there. The answer goes to NUMBER, so let it be one of AWS's simulated phones.
text_as() {
  aws sqs send-message --queue-url "$(queue inbound-sms)" --query MessageId --output text --message-body "$(
    jq -nc --arg from "$1" --arg text "$2" --arg id "try-$(date +%s%N)" --arg now "$(date -u +%FT%T.000Z)" '{
      Type: "Notification", Timestamp: $now,
      Message: ({originationNumber: $from, messageBody: $text, inboundMessageId: $id} | tojson)}'
  )"
}

# logs FUNCTION QUERY [HOURS]: a CloudWatch Logs Insights query over the last hours (3).
logs() {
  local id status
  id=$(aws logs start-query --log-group-name "/aws/lambda/$STACK-$1" --query-string "$2" \
    --start-time $(($(date +%s) - ${3:-3} * 3600)) --end-time "$(date +%s)" --query queryId --output text) || return
  while sleep 1; do
    status=$(aws logs get-query-results --query-id "$id" --query status --output text) || return
    case $status in Scheduled | Running) ;; *) break ;; esac
  done
  aws logs get-query-results --query-id "$id" | jq -c '.results[] | map(select(.field != "@ptr") | {(.field): .value}) | add'
}

# alarms: those that are on now, and why.
alarms() {
  aws cloudwatch describe-alarms --alarm-name-prefix "$STACK-" --state-value ALARM |
    jq -r '.MetricAlarms[] | [.AlarmName, .StateUpdatedTimestamp, .StateReason] | @tsv'
}

# metric NAME [STATISTIC]: one of the repair loop's metrics, each minute of the last quarter of an hour.
metric() {
  aws cloudwatch get-metric-statistics --namespace "$STACK" --metric-name "$1" --statistics "${2:-Maximum}" \
    --dimensions Name=function,Value=reconcile --period 60 --start-time "$(date -u -d '-15 minutes' +%FT%TZ)" \
    --end-time "$(date -u +%FT%TZ)" | jq -r '.Datapoints | sort_by(.Timestamp)[] | [.Timestamp, (.Sum // .Maximum)] | @tsv'
}

# versions FUNCTION: what has been deployed, and where the alias `live` points.
versions() {
  aws lambda list-versions-by-function --function-name "$STACK-$1" |
    jq -r '.Versions[] | [.Version, .LastModified, .CodeSha256] | @tsv'
  aws lambda get-alias --function-name "$STACK-$1" --name live | jq -c '{live: .FunctionVersion, shifting: .RoutingConfig}'
}

# back FUNCTION VERSION: changes things. Puts the alias `live` on an older version. Rows and messages are read one
# version back, so one release back is safe, and two are not. The next deployment goes forward again.
back() { aws lambda update-alias --function-name "$STACK-$1" --name live --function-version "$2" --routing-config '{}'; }

# reader FUNCTION: the mapping that feeds a function.
reader() {
  aws lambda list-event-source-mappings --function-name "$STACK-$1:live" | jq -c '.EventSourceMappings[] | {UUID, State, StateTransitionReason}'
}

# pause FUNCTION, resume FUNCTION: change things. Messages wait in the queue meanwhile, for up to four days.
pause() { aws lambda update-event-source-mapping --uuid "$(reader "$1" | jq -r .UUID)" --no-enabled --query State; }
resume() { aws lambda update-event-source-mapping --uuid "$(reader "$1" | jq -r .UUID)" --enabled --query State; }

# row REMINDER: the story of a reminder, by its id (<user id>-<number>-<occurrence>), as the log lines name it.
row() {
  local user n k
  k=${1##*-} n=${1%-*} user=${n%-*} n=${n##*-}
  aws dynamodb get-item --table-name "$(output RemindersTable)" --key "$(jq -nc --arg pk "USER#$user" \
    --arg sk "$(printf 'OCCURRENCE#%010d#%010d' "$n" "$k")" '{pk: {S: $pk}, sk: {S: $sk}}')" \
    --projection-expression 'story, check_at, #v' --expression-attribute-names '{"#v": "v"}'
}

# output NAME: an output of the stack.
output() {
  aws cloudformation describe-stacks --stack-name "$STACK" --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue" --output text
}
