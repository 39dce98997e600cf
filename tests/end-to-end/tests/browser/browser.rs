//! A tab of a browser, with what a person does there: read, press, type, wait.

use std::env;
use std::fmt::Debug;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chromiumoxide::cdp::browser_protocol::emulation::{
    MediaFeature, SetDeviceMetricsOverrideParams,
};
use chromiumoxide::cdp::browser_protocol::input::{
    DispatchKeyEventParams, DispatchKeyEventType, InsertTextParams,
};
use chromiumoxide::keys::get_key_definition;
use chromiumoxide::page::ScreenshotParams;
use chromiumoxide::{Browser, BrowserConfig, Page};
use futures::StreamExt as _;
use serde_json::Value;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

/// How long anything may take that should take a second: two cores may build and test at once.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// The keys that change what others mean, as the protocol counts them.
const ALT: i64 = 1;
const SHIFT: i64 = 8;

/// One page in a browser of its own.
pub struct Tab {
    page: Page,
    address: String,
    browser: Browser,
    handler: JoinHandle<()>,
    /// The profile; nothing is shared between tests.
    _profile: TempDir,
}

impl Drop for Tab {
    fn drop(&mut self) {
        self.handler.abort();
    }
}

impl Tab {
    /// Opens a page, on a wide screen.
    pub async fn open(program: &Path, address: &str) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let config = BrowserConfig::builder()
            .chrome_executable(program)
            .user_data_dir(profile.path())
            .new_headless_mode()
            // In a container one is root and has no name spaces; the page is our own.
            .no_sandbox()
            .launch_timeout(PATIENCE)
            .viewport(None)
            .build()
            .unwrap();
        let (browser, mut events) = Browser::launch(config).await.unwrap();
        // A newer browser tells of what this library does not know; only its end matters.
        let handler = tokio::spawn(async move { while events.next().await.is_some() {} });
        let page = browser.new_page("about:blank").await.unwrap();
        let address = address.to_owned();
        let tab = Self { page, address, browser, handler, _profile: profile };
        tab.resize(1440, 900).await;
        tab.go().await;
        tab
    }

    /// Loads the page, again if it is loaded.
    pub async fn go(&self) {
        self.page.goto(self.address.as_str()).await.unwrap();
        self.until("the page is live", "document.querySelector('#link')?.dataset.state === 'live'")
            .await;
    }

    /// Ends the browser. It also ends without, but not as cleanly.
    pub async fn close(mut self) {
        self.browser.close().await.unwrap();
        self.browser.wait().await.unwrap();
    }

    /// What an expression is.
    pub async fn eval(&self, script: &str) -> Value {
        let result = self.page.evaluate(script).await;
        let result = result.unwrap_or_else(|error| panic!("{script}: {error}"));
        result.value().cloned().unwrap_or_default()
    }

    /// Waits until an expression is true.
    pub async fn until(&self, what: &str, script: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            // Between two pages there is nothing that could say anything.
            let now = self.page.evaluate(script).await;
            if now.is_ok_and(|result| result.value() == Some(&Value::Bool(true))) {
                return;
            }
            if Instant::now() > deadline {
                let seen = self.eval("document.body.innerText").await;
                panic!("not in time: {what}; the page says {seen}");
            }
            sleep(LOOK_EVERY).await;
        }
    }

    /// Waits until an expression is what is wanted.
    pub async fn becomes(&self, script: &str, wanted: impl Into<Value> + Debug) {
        let wanted = wanted.into();
        let what = format!("{script} is {wanted}");
        self.until(&what, &format!("JSON.stringify({script}) === JSON.stringify({wanted})")).await;
    }

    /// The text of an element; empty if there is none.
    pub async fn text(&self, selector: &str) -> String {
        let script = format!("document.querySelector({selector:?})?.innerText ?? ''");
        self.eval(&script).await.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until an element says something.
    pub async fn says(&self, selector: &str, words: &str) {
        // What is not seen is not said.
        let script = format!(
            "(() => {{ const it = document.querySelector({selector:?}); \
             return !!it && it.checkVisibility() && it.innerText.includes({words:?}); }})()"
        );
        self.until(&format!("{selector} says {words:?}"), &script).await;
    }

    /// Clicks in the middle of an element, as a person would.
    pub async fn click(&self, selector: &str) {
        self.until(
            &format!("{selector} is there"),
            &format!("!!document.querySelector({selector:?})"),
        )
        .await;
        self.page.find_element(selector).await.unwrap().click().await.unwrap();
    }

    /// Chooses an option of a list.
    pub async fn choose(&self, selector: &str, value: &str) {
        self.eval(&format!("{{ const it = document.querySelector({selector:?}); it.value = {value:?}; it.dispatchEvent(new Event('change')); }}"))
            .await;
    }

    /// Types into whatever has the focus.
    pub async fn type_text(&self, text: &str) {
        self.page.execute(InsertTextParams::new(text)).await.unwrap();
    }

    /// Presses a key.
    pub async fn press(&self, key: &str) {
        self.press_with(key, 0).await;
    }

    /// Presses a key with Shift.
    pub async fn press_shift(&self, key: &str) {
        self.press_with(key, SHIFT).await;
    }

    /// Presses a key with Alt and Shift.
    pub async fn press_alt_shift(&self, key: &str) {
        self.press_with(key, ALT | SHIFT).await;
    }

    async fn press_with(&self, key: &str, modifiers: i64) {
        let known = get_key_definition(key).unwrap();
        let event = DispatchKeyEventParams::builder()
            .key(known.key)
            .code(known.code)
            .windows_virtual_key_code(known.key_code)
            .modifiers(modifiers);
        let text = known.text.or_else(|| (known.key.len() == 1).then_some(known.key));
        let down = match text.filter(|_| modifiers == 0) {
            Some(text) => event.clone().text(text).r#type(DispatchKeyEventType::KeyDown),
            None => event.clone().r#type(DispatchKeyEventType::RawKeyDown),
        };
        self.page.execute(down.build().unwrap()).await.unwrap();
        let up = event.r#type(DispatchKeyEventType::KeyUp);
        self.page.execute(up.build().unwrap()).await.unwrap();
    }

    /// What has the focus: its id without the number of its phone, or its label, or its text.
    pub async fn focus(&self) -> String {
        let script = "(() => { const it = document.activeElement; return it === document.body ? 'body' \
                      : it.getAttribute('aria-label') || it.id || it.innerText || it.className; })()";
        self.eval(script).await.as_str().unwrap_or_default().to_owned()
    }

    /// Another size of the screen.
    pub async fn resize(&self, width: u32, height: u32) {
        let size = SetDeviceMetricsOverrideParams::new(width, height, 1.0, width < 600);
        self.page.execute(size).await.unwrap();
    }

    /// What the system prefers, such as `prefers-color-scheme` and `dark`.
    pub async fn prefers(&self, features: &[(&str, &str)]) {
        let features = features.iter().map(|(name, value)| MediaFeature::new(*name, *value));
        self.page.emulate_media_features(features.collect()).await.unwrap();
    }

    /// Takes a picture, which is kept if anybody wants to look at it.
    pub async fn picture(&self, name: &str) -> Vec<u8> {
        // What appears slowly is there by now.
        let settle = "document.getAnimations().forEach((it) => { \
                      if (it.effect.getComputedTiming().endTime !== Infinity) it.finish(); })";
        self.eval(settle).await;
        let picture = self.page.screenshot(ScreenshotParams::builder().build()).await.unwrap();
        if let Some(directory) = env::var_os("SCREENSHOTS") {
            let directory = PathBuf::from(directory);
            std::fs::create_dir_all(&directory).unwrap();
            std::fs::write(directory.join(format!("{name}.png")), &picture).unwrap();
        }
        picture
    }
}

/// The `n`th phone on the page, as a selector; `part` is a class in it.
pub fn phone(n: usize, part: &str) -> String {
    format!("#phones > :nth-child({n}) .{part}")
}
