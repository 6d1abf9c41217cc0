// Work without a network: what a page adds where the browser has a worker. Without one, pages do what they did.
(function () {
  "use strict";
  var EVERY = 20000;
  var list = document.querySelector(".js-waiting-list"), badge = document.querySelector(".js-waits");

  // A draft's key is made where it begins: one page that is kept gives many reports, each of its own.
  document.querySelectorAll("form input[name=key]").forEach(function (field) {
    var bytes = new Uint8Array(16);
    crypto.getRandomValues(bytes);
    field.value = Array.from(bytes, function (byte) { return ("0" + byte.toString(16)).slice(-2); }).join("");
  });

  // A kept form does not know what day it is in its town; what somebody has typed stays.
  if (document.body.hasAttribute("data-kept")) {
    var today = new Intl.DateTimeFormat("sv-SE", { timeZone: document.body.dataset.zone || undefined }).format(new Date());
    document.querySelectorAll("input[data-today]").forEach(function (field) {
      if (field.value === field.dataset.today) { field.max = field.value = today; }
    });
  }

  // A kept page knows nothing of the step that its address names.
  var wanted = document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
  if (wanted && wanted.tagName === "DETAILS") { wanted.open = true; }

  if (document.body.hasAttribute("data-kept")) {
    var note = document.querySelector(".js-kept-note");
    note.hidden = false;
    note.querySelector("time").textContent = new Date(document.body.dataset.made).toLocaleString(
      document.documentElement.lang, { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" });
  }

  if (!("serviceWorker" in navigator) || !window.isSecureContext || !window.indexedDB) { return; }
  navigator.serviceWorker.register("/worker.js");
  navigator.serviceWorker.addEventListener("message", function (event) {
    if (event.data.type === "waiting") { show(); }
    if (event.data.type === "kept") { document.body.dataset.ready = "yes"; }
  });
  window.addEventListener("online", ask);
  window.setInterval(ask, EVERY);
  navigator.serviceWorker.ready.then(function () { keep(); ask(); show(); });

  function ask() { post({ type: "send" }); }

  function keep() {
    var links = document.querySelectorAll("[data-keep]");
    if (!links.length || document.body.hasAttribute("data-kept")) { return; }
    var paths = ["/waiting", window.location.pathname].concat(Array.from(links, function (link) {
      return new URL(link.href, window.location).pathname;
    }));
    post({ type: "keep", paths: paths.filter(function (path, n) { return paths.indexOf(path) === n; }) });
  }

  function post(said) {
    navigator.serviceWorker.ready.then(function (worker) { worker.active.postMessage(said); });
  }

  function show() {
    Kept.all().then(function (all) {
      var open = all.filter(function (entry) { return entry.state !== "sent"; });
      badge.hidden = !open.length;
      badge.querySelector("b").textContent = open.length;
      if (list) { fill(all.slice().reverse()); }
    });
  }

  function fill(all) {
    list.textContent = "";
    document.querySelector(".js-nothing").hidden = all.length > 0;
    all.forEach(function (entry) { list.appendChild(item(entry)); });
  }

  function item(entry) {
    var made = document.importNode(document.querySelector(".js-item").content, true), row = made.firstElementChild;
    var mine = entry.reader === document.body.dataset.reader;
    row.className = "card " + entry.state;
    row.querySelector("h2").textContent = mine ? entry.called : list.dataset.other;
    row.querySelector("time").textContent = new Date(entry.at).toLocaleString(document.documentElement.lang);
    row.querySelector(".js-state-" + entry.state).hidden = false;
    row.querySelector(".said").textContent = mine ? words(entry) : "";
    row.querySelector(".said").hidden = !mine || !words(entry);
    row.querySelector(".buttons").hidden = !mine;
    row.querySelector(".js-why").hidden = !mine || entry.state !== "refused";
    row.querySelector(".js-why b").textContent = entry.cause || "";
    row.querySelector(".js-why span").textContent = entry.remedy || "";
    var link = row.querySelector("a"), drop = row.querySelector("button");
    link.hidden = entry.state === "waiting";
    link.href = entry.to || entry.url.replace(/\/(steps\/[^/]+|files|statements|confirmations|changes|move|end)$/, "");
    drop.textContent = entry.state === "sent" ? drop.dataset.clear : drop.dataset.drop;
    drop.addEventListener("click", function () {
      // What was never sent is thrown away by a second press alone.
      if (entry.state !== "sent" && !drop.dataset.sure) {
        drop.dataset.sure = "yes"; drop.textContent = drop.dataset.really; return;
      }
      Kept.drop(entry.key).then(show);
    });
    return row;
  }

  function words(entry) {
    // What is said of residents is not for whoever looks over a shoulder; some of it will be sealed.
    if (/\/ledger\//.test(entry.url)) { return ""; }
    return entry.fields.filter(function (pair) {
      return typeof pair[1] === "string" && /^(text|note|result|fact\..*|row\..*)$/.test(pair[0]) && pair[1];
    }).map(function (pair) { return pair[1]; }).concat(entry.fields.filter(function (pair) {
      return typeof pair[1] !== "string";
    }).map(function (pair) { return pair[1].name; })).join("\n");
  }
})();
