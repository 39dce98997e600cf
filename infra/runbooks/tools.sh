# shellcheck shell=bash
# What the runbooks use. In bash, from the root of the repository:
#
#   export STACK=ringback AWS_REGION=us-east-1
#   source infra/runbooks/tools.sh
#
# Needs the AWS CLI (version 2), jq and the product's own command line (built by cargo unless it is installed), and
# credentials that may read; redrive, dismiss, text_as, pause, resume, back and after_restore also change something and say so in
# their first line. Bodies of messages carry numbers and texts of people in inbound-sms and call-events, so nothing
# here prints a body as it is.

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

# ringback WORD …: the product's command line; `ringback --help` lists its words.
ringback() {
  if type -P ringback >/dev/null; then command ringback "$@"; else cargo run --quiet --package ringback -- "$@"; fi
}

# peek NAME: what is in the dead letters of NAME and why, with numbers and texts masked. They stay there.
peek() { ringback redrive "$@" --peek --stack "$STACK"; }

# redrive NAME [OPTIONS]: changes things. Sends the dead letters of NAME back to their queue: received, sent, then
# deleted, so that what is lost on the way stays a dead letter. All readers bear repetition.
# `ringback redrive --help` has the options: --limit, --older-than, --reason, --id.
redrive() { ringback redrive "$@" --stack "$STACK"; }

# dismiss NAME ID: changes things. Deletes one message (its id as `peek` shows it) from the dead letters of NAME.
dismiss() { ringback redrive "$1" --dismiss --id "$2" --stack "$STACK"; }

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

# after_restore: changes things. Says to the repair loop that the tables were restored until now: what was due is told by
# SMS and does not ring, all else is scheduled again. Repeats until everything was looked at.
after_restore() {
  local asked answer
  asked=$(jq -nc --arg at "$(date -u +%FT%TZ)" '{restored_at: $at}')
  answer=$(mktemp)
  until [ "$(jq -r '.finished? // false' "$answer")" = true ]; do
    # It has one execution, which the run of this minute may have.
    aws lambda invoke --function-name "$STACK-reconcile:live" --cli-binary-format raw-in-base64-out \
      --payload "$asked" "$answer" >/dev/null && jq -c . "$answer"
    sleep 5
  done
  rm "$answer"
}

# output NAME: an output of the stack.
output() {
  aws cloudformation describe-stacks --stack-name "$STACK" --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue" --output text
}
