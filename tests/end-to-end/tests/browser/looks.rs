//! What it looks like: on a narrow screen, in the dark, to who cannot see well.

use std::env;

use end_to_end::Local;
use serde_json::{Value, json};

use crate::browser::{Tab, phone};
use crate::phones::text;

/// Elements that reach over the right edge of the screen, where nothing around them scrolls.
const TOO_WIDE: &str = "
    [...document.querySelectorAll('body *')].filter((it) => {
        const box = it.getBoundingClientRect();
        if (!box.width || !box.height || box.right <= innerWidth + 1) return false;
        for (let around = it.parentElement; around; around = around.parentElement) {
            if (getComputedStyle(around).overflowX !== 'visible') return false;
        }
        return true;
    }).map((it) => `${it.tagName} ${it.id} ${it.className}`)";

/// Panels whose content is wider than they are.
const SCROLLS_SIDEWAYS: &str = "
    [document.documentElement, ...document.querySelectorAll('.panel, .scroll, .screen, .phones')]
        .filter((it) => it.scrollWidth > it.clientWidth + 1).map((it) => it.id || it.className)";

/// The lowest contrast of texts and what is behind them, as WCAG 2 counts it, of what is seen now.
const CONTRASTS: &str = "
    (() => {
        const parse = (colour) => {
            const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number);
            return { r, g, b, a };
        };
        const light = ({ r, g, b }) => {
            const [x, y, z] = [r, g, b].map((v) => v / 255)
                .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
            return 0.2126 * x + 0.7152 * y + 0.0722 * z;
        };
        const behind = (it) => {
            for (let at = it; at; at = at.parentElement) {
                const style = getComputedStyle(at);
                // A gradient is not one colour; the call is looked at by eye.
                if (style.backgroundImage !== 'none') return null;
                const colour = parse(style.backgroundColor);
                if (colour.a === 1) return colour;
            }
            return { r: 255, g: 255, b: 255 };
        };
        const bad = [];
        const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
            const it = texts.currentNode.parentElement;
            if (!texts.currentNode.data.trim() || !it.checkVisibility() || it.closest('.hidden, .skip')) continue;
            if (it.closest(':disabled')) continue;
            const back = behind(it);
            if (!back) continue;
            const [a, b] = [light(parse(getComputedStyle(it).color)), light(back)];
            const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
            if (ratio < 4.5) bad.push(`${ratio.toFixed(2)} ${it.tagName} ${it.className} ${texts.currentNode.data}`);
        }
        return bad;
    })()";

async fn assert_fits(tab: &Tab, what: &str) {
    assert_eq!(tab.eval(TOO_WIDE).await, json!([]), "{what}");
    assert_eq!(tab.eval(SCROLLS_SIDEWAYS).await, json!([]), "{what}");
}

/// Every view at 360 pixels and at 320, which is what 1280 are at a zoom of four.
pub async fn narrow(_local: Local, tab: Tab) {
    let long = "x".repeat(60);
    text(&tab, 1, &format!("Remind in 3 seconds about {long}")).await;
    // Whoever looks at something else is told of a ring as well.
    tab.resize(360, 740).await;
    tab.click(".views [data-view=bill]").await;
    tab.says("#turn-phones", "ringing").await;
    tab.picture("narrow-360-ringing-elsewhere").await;
    tab.click("#turn-phones").await;
    tab.says(&phone(1, "rings"), "is calling").await;
    for width in [360, 320] {
        tab.resize(width, 740).await;
        assert_fits(&tab, "a ringing call").await;
        tab.picture(&format!("narrow-{width}-ringing")).await;
    }
    assert_accessible(&tab).await;
    tab.click(&phone(1, "answer")).await;
    tab.says(&phone(1, "words"), "xxx").await;
    assert_fits(&tab, "a call that is spoken").await;
    let over = format!("document.querySelector({:?}).hidden", phone(1, "call"));
    tab.becomes(&over, true).await;
    for scheme in ["light", "dark"] {
        tab.prefers(&[("prefers-color-scheme", scheme)]).await;
        for width in [320, 360] {
            tab.resize(width, 740).await;
            for view in ["phones", "road", "bill", "faults"] {
                tab.click(&format!(".views [data-view={view}]")).await;
                assert_fits(&tab, &format!("{view} at {width}")).await;
                assert_eq!(tab.eval(CONTRASTS).await, json!([]), "{view}, {scheme}");
                tab.picture(&format!("narrow-{width}-{scheme}-{view}")).await;
            }
        }
    }
    // One phone is seen, and the strip turns to the other.
    tab.click(".views [data-view=phones]").await;
    let seen =
        "[...document.querySelectorAll('.phone')].filter((it) => it.checkVisibility()).length";
    assert_eq!(tab.eval(seen).await, 1);
    // A list that appears shows its newest line.
    let end = "(() => { const it = document.querySelector('.picked .scroll'); \
               return it.scrollHeight - it.scrollTop - it.clientHeight < 2; })()";
    assert_eq!(tab.eval(end).await, json!(true));
    tab.click("#strip li:nth-child(2) button").await;
    tab.until(
        "the other phone is seen",
        "document.querySelector('#phones > :nth-child(2)').checkVisibility()",
    )
    .await;
    tab.close().await;
}

/// Dark and light, wide: contrast everywhere, and what axe-core says.
pub async fn colours(_local: Local, tab: Tab) {
    text(&tab, 1, "Remind in 3 seconds about tea").await;
    tab.says(&phone(1, "rings"), "is calling").await;
    tab.click(&phone(1, "decline")).await;
    tab.says(&phone(1, "thread"), "Declined").await;
    text(&tab, 2, "Remind tomorrow 9am about the rent").await;
    tab.says(&phone(2, "got"), "OK").await;
    tab.click("#tab-faults").await;
    tab.click(".switches > :nth-child(2) .danger").await;
    tab.says("#banner", "is dead").await;
    let mut papers = Vec::new();
    for scheme in ["light", "dark"] {
        tab.prefers(&[("prefers-color-scheme", scheme)]).await;
        papers.push(tab.eval("getComputedStyle(document.body).backgroundColor").await);
        for panel in ["road", "bill", "faults"] {
            tab.click(&format!("#tab-{panel}")).await;
            assert_eq!(tab.eval(CONTRASTS).await, json!([]), "{panel}, {scheme}");
            tab.picture(&format!("wide-{scheme}-{panel}")).await;
            assert_accessible(&tab).await;
        }
    }
    assert_ne!(papers[0], papers[1]);
    tab.prefers(&[("prefers-reduced-motion", "reduce")]).await;
    let moving = "document.getAnimations().filter((it) => it.playState === 'running').length";
    assert_eq!(tab.eval(moving).await, 0);
    tab.close().await;
}

/// No serious finding of axe-core, where it is at hand.
async fn assert_accessible(tab: &Tab) {
    let Some(file) = env::var_os("AXE").filter(|file| !file.is_empty()) else { return };
    let axe = std::fs::read_to_string(&file).unwrap();
    tab.eval(&format!("{axe}; void 0")).await;
    let findings = tab
        .eval(
            "axe.run().then(({ violations }) => violations
                .filter((it) => ['serious', 'critical'].includes(it.impact))
                .map((it) => `${it.id}: ${it.nodes.map((node) => node.html).join(' ')}`))",
        )
        .await;
    assert_eq!(findings, Value::Array(Vec::new()));
}
