// What waits on this device to be sent, in its own store; shared by pages and the worker. Only what Chromium 86 has.
var Kept = (function () {
  "use strict";
  var NAME = "gridcase", STORE = "waiting";

  function open() {
    return new Promise(function (done, failed) {
      var asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = function () { asked.result.createObjectStore(STORE, { keyPath: "key" }); };
      asked.onsuccess = function () { done(asked.result); };
      asked.onerror = function () { failed(asked.error); };
    });
  }

  function act(mode, work) {
    return open().then(function (base) {
      return new Promise(function (done, failed) {
        var change = base.transaction(STORE, mode), asked = work(change.objectStore(STORE));
        change.oncomplete = function () { base.close(); done(asked.result); };
        change.onerror = change.onabort = function () { base.close(); failed(change.error); };
      });
    });
  }

  return {
    put: function (entry) { return act("readwrite", function (store) { return store.put(entry); }); },
    drop: function (key) { return act("readwrite", function (store) { return store.delete(key); }); },
    all: function () {
      return act("readonly", function (store) { return store.getAll(); }).then(function (found) {
        return found.sort(function (one, other) { return one.at - other.at; });
      });
    }
  };
})();
