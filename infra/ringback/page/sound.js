// The ringing, and the voice that speaks. Browsers allow neither before the page has been touched.

import { recall, remember } from "./memory.js";

// The North American ring: 440 and 480 Hz together, two seconds on and four off.
const TONES_HZ = [440, 480];
const ON_S = 2;
const CADENCE_MS = 6000;
const LOUDNESS = 0.05;

// Two phones that ring at once sound like one: a single timer is enough.
let timer = null;
let context = null;
let sounding = [];
let on = recall("sound", true);

for (const first of ["pointerdown", "keydown"]) {
  addEventListener(first, unlock, { once: true, passive: true });
}

function unlock() {
  context ??= new AudioContext();
  context.resume();
}

/** Whether sound is wanted. */
export const wanted = () => on;

/** Turns sound on or off, and remembers it. */
export function want(yes) {
  on = yes;
  remember("sound", yes);
  if (!yes) {
    stop();
    hush();
  }
}

/** Starts to ring, if it does not ring already. */
export function ring() {
  if (!on || timer !== null) return;
  burst();
  timer = setInterval(burst, CADENCE_MS);
}

/** Stops ringing. */
export function stop() {
  clearInterval(timer);
  timer = null;
  for (const tone of sounding) tone.stop();
  sounding = [];
}

function burst() {
  if (!context) return;
  const start = context.currentTime;
  const gain = context.createGain();
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(LOUDNESS, start + 0.03);
  gain.gain.setValueAtTime(LOUDNESS, start + ON_S - 0.05);
  gain.gain.linearRampToValueAtTime(0, start + ON_S);
  gain.connect(context.destination);
  sounding = TONES_HZ.map((hz) => {
    const tone = context.createOscillator();
    tone.frequency.value = hz;
    tone.connect(gain);
    tone.start(start);
    tone.stop(start + ON_S);
    return tone;
  });
}

/** Says it aloud in its language (a BCP 47 tag), where the browser has a voice. */
export function speak(words, language) {
  if (!on || !("speechSynthesis" in window)) return;
  speechSynthesis.cancel();
  const said = new SpeechSynthesisUtterance(words);
  if (language) {
    said.lang = language;
    // Some browsers speak in their own language unless they are given the voice.
    const voices = speechSynthesis.getVoices();
    const same = (voice) => voice.lang.replace("_", "-");
    said.voice =
      voices.find((voice) => same(voice) === language) ??
      voices.find((voice) => same(voice).split("-")[0] === language.split("-")[0]) ??
      null;
  }
  speechSynthesis.speak(said);
}

/** Stops speaking. */
export function hush() {
  if ("speechSynthesis" in window) speechSynthesis.cancel();
}
