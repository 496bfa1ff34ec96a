"use strict";
const main = document.querySelector("main");
const columns = main.dataset.columns.split(",");
const articles = [...main.querySelectorAll("article")];
const groups = [...main.querySelectorAll("fieldset")];
const store = "sanku-experiment-" + main.dataset.name;
let current = 0;
let unsaved = false;

const scoreOf = (article, column) =>
  article.querySelector(`input[data-column="${column}"]:checked`)?.value ?? "";
const noteOf = (article) => article.querySelector("textarea").value;

function show(move) {
  groups.forEach((group, place) => group.classList.toggle("current", place === current));
  if (move) groups[current]?.scrollIntoView({ block: "center" });
}

function count() {
  let done = 0;
  for (const article of articles) {
    const full = columns.every((column) => scoreOf(article, column));
    article.classList.toggle("done", full);
    done += full;
  }
  document.querySelector("progress").value = done;
  document.querySelector("output").textContent = `${done} / ${articles.length}`;
}

// What was scored survives a reload where the browser lets a page keep anything.
function remember() {
  unsaved = true;
  const kept = articles.map((article) => ({
    scores: columns.map((column) => scoreOf(article, column)),
    note: noteOf(article),
  }));
  try { localStorage.setItem(store, JSON.stringify(kept)); } catch { /* the CSV is what counts */ }
}

function recall() {
  try {
    const kept = JSON.parse(localStorage.getItem(store)) ?? [];
    kept.forEach((one, place) => {
      one.scores.forEach((score, number) => {
        const found = [...articles[place].querySelectorAll(`input[data-column="${columns[number]}"]`)];
        found.filter((input) => input.value === score).forEach((input) => { input.checked = true; });
      });
      articles[place].querySelector("textarea").value = one.note;
    });
  } catch { /* nothing kept, or not by this page */ }
}

function csv() {
  const guarded = (text) => (/^'*[=+\-@＝＋－＠\t\r\n]/.test(text) ? `'${text}` : text);
  const quoted = (text) => `"${text.replaceAll('"', '""')}"`;
  const rows = articles.map((article) => [
    article.dataset.id,
    ...columns.map((column) => scoreOf(article, column)),
    guarded(noteOf(article)),
  ]);
  return "\ufeff" + [["id", ...columns, "note"], ...rows].map((row) => row.map(quoted).join(",") + "\r\n").join("");
}

function save() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([csv()], { type: "text/csv;charset=utf-8" }));
  link.download = "scores.csv";
  link.click();
  unsaved = false;
}

main.addEventListener("change", (event) => {
  const group = event.target.closest("fieldset");
  if (group) current = groups.indexOf(group);
  remember();
  count();
  show(false);
});
main.addEventListener("focusin", (event) => {
  const group = event.target.closest("fieldset");
  if (group) { current = groups.indexOf(group); show(false); }
});
document.addEventListener("keydown", (event) => {
  if (event.target.matches("textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const chosen = groups[current]?.querySelector(`input[value="${CSS.escape(event.key)}"]`);
  if (!step && !chosen) return;
  event.preventDefault();
  if (chosen) {
    chosen.checked = true;
    remember();
    count();
  }
  current = Math.min(groups.length - 1, Math.max(0, current + (step ?? 1)));
  show(true);
});
document.querySelector("button").addEventListener("click", save);
addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });

recall();
count();
show(false);
