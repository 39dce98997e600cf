use super::lives::RESTART_PAUSE_MAX;
use super::*;

#[test]
fn a_function_that_keeps_dying_is_started_again_ever_later() {
    let mut state = State::default();
    let pauses_ms: Vec<u128> = (0..10).map(|_| state.count_death().as_millis()).collect();
    assert_eq!(pauses_ms, [0, 100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
    state.deaths_in_row = 0;
    assert_eq!(state.count_death(), Duration::ZERO);
    for _ in 0..100 {
        assert!(state.count_death() <= RESTART_PAUSE_MAX);
    }
}

#[test]
fn a_trace_header_has_the_form_that_x_ray_reads() {
    let trace = new_trace();
    let parts: Vec<&str> = trace.split([';', '=', '-']).collect();
    let ["Root", "1", time, id, "Parent", parent, "Sampled", "0"] = parts[..] else {
        panic!("{trace}")
    };
    assert_eq!([time.len(), id.len(), parent.len()], [8, 24, 16]);
}

/// A pool whose processes do nothing; the test speaks the Runtime API in their place.
fn pool(concurrency: u32) -> Arc<Pool> {
    let function = FunctionSettings {
        args: vec!["60".into()],
        concurrency,
        timeout: Duration::from_secs(60),
        ..FunctionSettings::new("f", "/bin/sleep")
    };
    let surroundings = Surroundings { settings: crate::Settings::default(), logs: None };
    let pool = Pool::new(function, Arc::new(surroundings), Arc::default());
    pool.warm_up();
    pool
}

/// Has the newest environment ask for an invocation, and then do nothing about it.
async fn take_one(pool: &Arc<Pool>) -> (String, Assignment) {
    let is_starting =
        |state: &State| state.environments.values().any(|e| matches!(e.phase, Phase::Starting));
    pool.until(is_starting).await;
    let id = {
        let state = pool.state();
        let mut starting = state.environments.iter();
        starting.find(|(_, e)| matches!(e.phase, Phase::Starting)).unwrap().0.clone()
    };
    let assignment = pool.next(&id).await.unwrap();
    (id, assignment)
}

fn run(pool: &Arc<Pool>, id: &str) -> tokio::task::JoinHandle<Result<Bytes, InvokeError>> {
    let slot = pool.reserve_now().unwrap();
    tokio::spawn(Pool::run(slot, id.into(), Bytes::from_static(b"{}"), None))
}

#[tokio::test]
async fn room_is_given_only_as_far_as_the_program_was_seen_to_work() {
    let pool = pool(2);
    assert!(pool.reserve().is_none(), "nothing came up yet");
    let first = run(&pool, "1");
    let (environment, assignment) = take_one(&pool).await;
    assert_eq!(assignment.request_id, "1");
    let second = pool.reserve().expect("it works: there may be a second one");
    assert!(pool.reserve().is_none(), "but no third");
    assert!(matches!(pool.reserve_now(), Err(InvokeError::Throttled { .. })));
    drop(second);
    pool.answer(&environment, "1", Ok(Bytes::from_static(b"7"))).unwrap();
    assert_eq!(first.await.unwrap(), Ok(Bytes::from_static(b"7")));
    assert_eq!(pool.state().in_flight(), 0);
    pool.close(Instant::now()).await;
    assert!(pool.reserve().is_none());
}

#[tokio::test]
async fn an_environment_without_work_is_ended_but_the_last_one_stays() {
    let pool = pool(3);
    let invocations = [run(&pool, "1"), run(&pool, "2")];
    let environments = [take_one(&pool).await, take_one(&pool).await];
    pool.tidy(Duration::ZERO);
    assert_eq!(pool.state().ready(), 2, "they work");
    for (environment, assignment) in &environments {
        pool.answer(environment, &assignment.request_id, Ok(Bytes::new())).unwrap();
    }
    futures::future::join_all(invocations).await;
    let ask = environments.map(|(environment, _)| {
        let pool = Arc::clone(&pool);
        tokio::spawn(async move { pool.next(&environment).await.map(|_| ()) })
    });
    let idle = |state: &State| {
        state.environments.values().filter(|e| matches!(e.phase, Phase::Idle { .. })).count()
    };
    pool.until(|state| idle(state) == 2).await;
    pool.tidy(Duration::from_secs(60));
    assert_eq!(pool.state().ready(), 2, "not for long yet");
    pool.tidy(Duration::ZERO);
    pool.until(|state| state.environments.len() == 1).await;
    pool.tidy(Duration::ZERO);
    assert_eq!(idle(&pool.state()), 1);
    assert_eq!(pool.state().deaths, 0);
    pool.close(Instant::now()).await;
    ask.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test]
async fn an_answer_to_another_invocation_is_refused() {
    let pool = pool(1);
    let invocation = run(&pool, "1");
    let (environment, _) = take_one(&pool).await;
    let unknown = Err(RuntimeError::UnknownInvocation("2".into()));
    assert_eq!(pool.answer(&environment, "2", Ok(Bytes::new())), unknown);
    let nobody = Err(RuntimeError::UnknownEnvironment);
    assert_eq!(pool.answer("nobody", "1", Ok(Bytes::new())), nobody);
    assert_eq!(pool.init_failed("nobody", String::new()), nobody);
    pool.close(Instant::now()).await;
    assert!(matches!(invocation.await.unwrap(), Err(InvokeError::Exited { .. })));
}

#[tokio::test]
async fn an_environment_that_asks_again_without_an_answer_has_failed_its_invocation() {
    let pool = pool(1);
    let invocation = run(&pool, "1");
    let (environment, _) = take_one(&pool).await;
    let again = tokio::spawn({
        let pool = Arc::clone(&pool);
        async move { pool.next(&environment).await.map(|assignment| assignment.request_id) }
    });
    assert!(matches!(invocation.await.unwrap(), Err(InvokeError::Exited { .. })));
    let second = run(&pool, "2");
    assert_eq!(again.await.unwrap(), Ok("2".into()));
    pool.close(Instant::now()).await;
    assert!(matches!(second.await.unwrap(), Err(InvokeError::Exited { .. })));
}

#[tokio::test]
async fn an_invocation_given_to_a_broken_connection_goes_to_the_next_that_asks() {
    let pool = pool(1);
    let (environment, _) = {
        let first = run(&pool, "1");
        let taken = take_one(&pool).await;
        pool.answer(&taken.0, "1", Ok(Bytes::new())).unwrap();
        first.await.unwrap().unwrap();
        taken
    };
    let broken = tokio::time::timeout(Duration::from_millis(1), pool.next(&environment)).await;
    assert!(broken.is_err());
    let _second = run(&pool, "2");
    pool.until(|state| !state.pending.is_empty()).await;
    let asked_again = pool.next(&environment).await;
    assert_eq!(asked_again.map(|assignment| assignment.request_id), Ok("2".into()));
    pool.close(Instant::now()).await;
}

#[tokio::test]
async fn an_environment_that_says_it_cannot_start_fails_what_waits_for_it() {
    let pool = pool(1);
    let invocation = run(&pool, "1");
    let id = pool.state().environments.keys().next().unwrap().clone();
    pool.init_failed(&id, "no table (Config)".into()).unwrap();
    let error = InvokeError::NotStarted { function: "f".into(), why: "no table (Config)".into() };
    assert_eq!(invocation.await.unwrap(), Err(error));
    pool.close(Instant::now()).await;
}
