// Keeps the pages of a day to be read without a network, and forms to be sent when there is one: each once, by its key.
"use strict";
var PAGES = "gridcase-pages", FIXED = "gridcase-fixed", LIST = "/waiting";
var A_DAY = 24 * 3600 * 1000, MOST_SENT = 20;
var FORMS = new RegExp("^/towns/[^/]+/(report/[^/]+|cases/[^/]+/(steps/[^/]+|files)|ledger/(new/[^/]+|entries/[^/]+/[a-z]+)|"
  + "forms/[^/]+|occurrences/[^/]+/record|records/[^/]+/correct)$");
var LEDGER = /^\/towns\/[^/]+\/ledger\//;
var OWN = /\/(day|cases\/[^/]+|ledger\/entries\/[^/]+|occurrences\/[^/]+\/record|records\/[^/]+\/correct)$/;
var AWAY = [429, 502, 503, 504];
var sending = null;

self.addEventListener("install", function (event) {
  event.waitUntil(caches.open(FIXED).then(function (fixed) {
    return fixed.addAll(ASSETS);
  }).then(function () {
    return keepPage(LIST).catch(function () { return null; });
  }).then(function () { return self.skipWaiting(); }));
});

self.addEventListener("activate", function (event) {
  event.waitUntil(caches.open(FIXED).then(function (fixed) {
    return fixed.keys().then(function (asked) {
      return Promise.all(asked.filter(function (each) {
        return ASSETS.indexOf(new URL(each.url).pathname) < 0;
      }).map(function (old) { return fixed.delete(old); }));
    });
  }).then(keepAgain).then(function () { return self.clients.claim(); }));
});

// Pages that were kept name the files of the version before, which are gone.
function keepAgain() {
  return caches.open(PAGES).then(function (pages) { return pages.keys(); }).then(function (asked) {
    return keepPages(asked.map(function (each) { return new URL(each.url).pathname; }));
  });
}

self.addEventListener("fetch", function (event) {
  var asked = event.request, where = new URL(asked.url);
  if (where.origin !== self.location.origin) { return; }
  if (asked.method === "GET" && ASSETS.indexOf(where.pathname) >= 0) {
    event.respondWith(caches.match(asked).then(function (found) { return found || fetch(asked); }));
  } else if (asked.mode === "navigate" && asked.method === "GET") {
    event.respondWith(pageOf(asked, where));
  } else if (asked.mode === "navigate" && FORMS.test(where.pathname)) {
    event.respondWith(sentOrKept(asked, where));
  } else if (asked.method === "POST" && /^\/(sign-in|sign-out|account\/role|language)$/.test(where.pathname)) {
    // Another reader, or another language: what was kept for this one is nobody else's.
    event.respondWith(fetch(asked).then(function (answer) {
      return caches.delete(PAGES).then(function () {
        event.waitUntil(keepPage(LIST).catch(function () { return null; }));
        return answer;
      });
    }));
  }
});

self.addEventListener("sync", function (event) {
  if (event.tag === "send") { event.waitUntil(sendAll()); }
});

self.addEventListener("message", function (event) {
  if (event.data.type === "send") { event.waitUntil(sendAll()); }
  if (event.data.type === "keep") { event.waitUntil(keepPages(event.data.paths)); }
});

// ---- pages

function pageOf(asked, where) {
  return fetch(asked).then(function (answer) {
    if (answer.headers.get("X-Gridcase-Keep") !== "yes") { return answer; }
    var copy = answer.clone();
    return caches.open(PAGES).then(function (pages) {
      return pages.put(where.pathname, copy);
    }).then(function () { return answer; });
  }).catch(function () {
    return keptPage(where.pathname).then(function (found) { return found || keptPage(LIST); });
  }).then(function (found) { return found || Response.error(); });
}

// What stands of residents on a phone stands there for a day, whether anybody looks for it or not.
function forgetPages() {
  return caches.open(PAGES).then(function (pages) {
    return pages.keys().then(function (asked) {
      return Promise.all(asked.filter(function (each) { return OWN.test(new URL(each.url).pathname); }).map(function (each) {
        return pages.match(each).then(function (found) {
          return found && Date.now() - Date.parse(found.headers.get("date")) > A_DAY ? pages.delete(each) : null;
        });
      }));
    });
  });
}

// The kept page says itself that it is one: its script shows from when.
function keptPage(path) {
  return caches.open(PAGES).then(function (pages) { return pages.match(path); }).then(function (found) {
    if (!found || (OWN.test(path) && Date.now() - Date.parse(found.headers.get("date")) > A_DAY)) { return null; }
    return found.text().then(function (text) {
      return new Response(text.replace("<body", "<body data-kept"), { headers: found.headers });
    });
  });
}

function keepPage(path) {
  return fetch(path, { credentials: "same-origin" }).then(function (answer) {
    if (!answer.ok || answer.headers.get("X-Gridcase-Keep") !== "yes") { return null; }
    return caches.open(PAGES).then(function (pages) { return pages.put(path, answer); });
  });
}

// One after another: a phone that comes back to a village's network has better things to do than forty at once.
function keepPages(paths) {
  return paths.reduce(function (before, path) {
    return before.then(function () { return keepPage(path); });
  }, Promise.resolve()).catch(function () { return null; }).then(function () { return tell("kept"); });
}

// ---- forms

function sentOrKept(asked, where) {
  var copy = asked.clone();
  return fetch(asked).then(function (answer) {
    if (AWAY.indexOf(answer.status) < 0) { return answer; }
    return keepForm(copy, where).then(function (kept) { return kept || answer; });
  }, function () {
    return keepForm(copy, where).then(function (kept) { return kept || Response.error(); });
  });
}

function keepForm(asked, where) {
  return asked.formData().then(function (form) {
    var key = form.get("key");
    if (!key) { return null; }
    var fields = Array.from(form.entries()).filter(function (pair) {
      return pair[0] !== "csrf" && !(pair[1] instanceof File && !pair[1].size);
    });
    var entry = {
      key: key, url: where.pathname, reader: form.get("for") || "", called: form.get("called") || where.pathname,
      fields: fields, at: Date.now(), state: "waiting"
    };
    return Kept.put(entry).then(function () {
      if (self.registration.sync) { self.registration.sync.register("send").catch(function () { return null; }); }
      return Response.redirect(LIST, 303);
    });
  });
}

// At one time once: what a page asks for and what the browser does by itself are the same run.
function sendAll() {
  if (!sending) {
    sending = run().catch(function () { return null; }).then(function () { sending = null; return tell("waiting"); });
  }
  return sending;
}

function run() {
  return forgetPages().then(giveUp).then(Kept.all).then(function (all) {
    var waiting = all.filter(function (entry) { return entry.state === "waiting"; });
    if (!waiting.length) { return null; }
    return fetch("/waiting/seal", { credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) { throw new Error("away"); }
      return answer.json();
    }).then(function (seal) {
      return waiting.filter(function (entry) { return entry.reader === seal["for"]; }).reduce(function (before, entry) {
        return before.then(function () { return sendOne(entry, seal.csrf); });
      }, Promise.resolve());
    }).then(function () { return forgetOld(); });
  });
}

// What was typed of residents waits a day and no longer: then only what the form was called is left.
function giveUp() {
  return Kept.all().then(function (all) {
    return Promise.all(all.filter(function (entry) {
      return entry.state === "waiting" && LEDGER.test(entry.url) && Date.now() - entry.at > A_DAY;
    }).map(function (entry) {
      entry.state = "over"; entry.fields = []; entry.done = Date.now();
      return Kept.put(entry);
    }));
  });
}

// In their order, and no further than the network goes: an answer that is lost is asked for again by the same key.
function sendOne(entry, csrf) {
  var body = new FormData();
  entry.fields.forEach(function (pair) { body.append(pair[0], pair[1]); });
  body.append("csrf", csrf);
  return fetch(entry.url, {
    method: "POST", body: body, credentials: "same-origin", headers: { "X-Gridcase-Later": "yes" }
  }).then(function (answer) {
    if (AWAY.indexOf(answer.status) >= 0) { throw new Error("away"); }
    return answer.json();
  }).then(function (said) {
    if (said.to && said.to.indexOf("/sign-in") === 0) { throw new Error("signed out"); }
    if (said.to) {
      entry.state = "sent"; entry.to = said.to; entry.fields = [];
    } else {
      entry.state = "refused"; entry.cause = said.cause || ""; entry.remedy = said.remedy || "";
    }
    entry.done = Date.now();
    return Kept.put(entry);
  });
}

function forgetOld() {
  return Kept.all().then(function (all) {
    var sent = all.filter(function (entry) { return entry.state === "sent"; });
    return Promise.all(sent.slice(0, -MOST_SENT).map(function (entry) { return Kept.drop(entry.key); }));
  });
}

function tell(type) {
  return self.clients.matchAll().then(function (found) {
    found.forEach(function (client) { client.postMessage({ type: type }); });
  });
}
