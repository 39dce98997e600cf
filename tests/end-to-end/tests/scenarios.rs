//! Every scenario on a local stack of its own.

use end_to_end::{Local, SCENARIOS};

async fn play(name: &str) {
    let scenario = SCENARIOS.iter().find(|scenario| scenario.name == name).expect("a scenario");
    (scenario.run)(&*Local::start().await).await;
}

macro_rules! on_local_stacks {
    ($($group:ident { $($name:ident)* })*) => {
        $(mod $group {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                crate::play(concat!(stringify!($group), "::", stringify!($name))).await;
            })*
        })*
    };
}

end_to_end::scenarios!(on_local_stacks);
