"use strict";
// The console works without this: it shows an answer while it is written, and lights up sources.

const conversation = () => document.getElementById("conversation");

async function ask(form) {
  const body = new URLSearchParams(new FormData(form));
  const place = conversation();
  const waiting = waitingFor(body.get("question"), place.dataset.thinking);
  place.classList.add("asking");
  form.before(...waiting.nodes);
  try {
    const response = await fetch(form.action, { method: "POST", body });
    if (response.redirected || response.status === 401) return location.reload();
    if (!response.ok) throw new Error((await response.json()).error);
    for await (const line of linesOf(response.body)) {
      if (line.error) throw new Error(line.error);
      if (line.text) waiting.add(line.text);
      if (line.html) return show(line.html);
    }
    throw new Error(place.dataset.broken);
  } catch (error) {
    waiting.fail(error instanceof TypeError ? place.dataset.broken : error.message);
    place.classList.remove("asking");
  }
}

function waitingFor(question, thinking) {
  const asked = element("p", "turn user", question);
  const answer = element("article", "answer card waiting", "");
  const said = element("div", "said", thinking);
  said.setAttribute("aria-live", "polite");
  answer.append(said);
  let text = "";
  return {
    nodes: [asked, answer],
    add(piece) {
      text += piece;
      said.textContent = text;
    },
    fail(message) {
      answer.classList.remove("waiting");
      said.setAttribute("role", "alert");
      said.textContent = message;
    },
  };
}

function element(name, classes, text) {
  const made = document.createElement(name);
  made.className = classes;
  made.textContent = text;
  return made;
}

async function* linesOf(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    const lines = (rest + (value ?? "")).split("\n");
    rest = lines.pop();
    for (const line of lines) if (line) yield JSON.parse(line);
    if (done) return;
  }
}

// The server's own page, in which all that is not its own is escaped or sanitised.
function show(html) {
  conversation().outerHTML = html;
  document.querySelector(".answer").scrollIntoView({ block: "start" });
  document.getElementById("question").focus({ preventScroll: true });
}

document.addEventListener("submit", (event) => {
  if (event.target.id !== "ask") return;
  event.preventDefault();
  ask(event.target);
});

document.addEventListener("keydown", (event) => {
  const sends = event.target.id === "question" && event.key === "Enter";
  // Safari ends the composition before the Enter that confirms it, and marks that one by 229.
  if (!sends || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  event.target.form.requestSubmit();
});

// A sentence and its sources light up together.
function light(event) {
  const near = event.target.closest?.(".rests, .marks a, .sources > li");
  for (const lit of document.querySelectorAll(".lit")) lit.classList.remove("lit");
  if (!near || event.type === "pointerout") return;
  const numbers = near.dataset.sources?.split(" ") ?? [
    (near.id || near.getAttribute("href")).replace(/^#?source-/, ""),
  ];
  for (const number of numbers) document.getElementById(`source-${number}`)?.classList.add("lit");
  for (const rests of document.querySelectorAll(".rests")) {
    const shared = rests.dataset.sources.split(" ").some((number) => numbers.includes(number));
    rests.classList.toggle("lit", shared);
  }
}
for (const name of ["pointerover", "pointerout", "focusin", "focusout"]) {
  document.addEventListener(name, light);
}

// A link to a source opens it.
document.addEventListener("click", (event) => {
  const mark = event.target.closest?.(".marks a");
  const details = mark && document.querySelector(`${mark.getAttribute("href")} details`);
  if (details) details.open = true;
});
