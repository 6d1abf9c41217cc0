// What pages gain from a script; without one they do the same in more steps.
(function () {
  "use strict";

  // A form that changes something is sent once, however often its button is pressed.
  document.querySelectorAll("form[data-once]").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "yes";
      form.querySelectorAll("button").forEach(function (button) { button.setAttribute("aria-disabled", "true"); });
    });
  });
  // A page that comes back from the browser's memory may be sent again.
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
      form.querySelectorAll("button").forEach(function (button) { button.removeAttribute("aria-disabled"); });
    });
  });

  // The browser's own position, where it gives one.
  document.querySelectorAll(".js-position").forEach(function (button) {
    if (!navigator.geolocation || !window.isSecureContext) { return; }
    var said = document.querySelector(".js-position-said");
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.geolocation.getCurrentPosition(function (found) {
        document.getElementById("lat").value = found.coords.latitude.toFixed(6);
        document.getElementById("lon").value = found.coords.longitude.toFixed(6);
        said.textContent = button.dataset.found.replace("#", Math.round(found.coords.accuracy));
      }, function () {
        said.textContent = button.dataset.failed;
      }, { enableHighAccuracy: true, timeout: 10000 });
    });
  });

  // A list is sent in place: the browser keeps the chosen file between trying it out and bringing it in.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.matches(".js-list-in") || !("submitter" in event)) { return; }
    event.preventDefault();
    if (form.dataset.sent) { return; }
    form.dataset.sent = "yes";
    var body = new FormData(form), asked = new XMLHttpRequest(), progress = form.querySelector(".js-progress");
    var bar = progress.querySelector("progress"), said = progress.querySelector("span");
    if (event.submitter) { body.append(event.submitter.name, event.submitter.value); }
    progress.hidden = false;
    said.textContent = form.dataset.sending;
    asked.upload.addEventListener("progress", function (sent) { bar.value = 100 * sent.loaded / sent.total; });
    asked.upload.addEventListener("load", function () { bar.removeAttribute("value"); said.textContent = form.dataset.working; });
    asked.addEventListener("load", function () { show(form, asked); });
    asked.addEventListener("error", function () { delete form.dataset.sent; bar.value = 0; said.textContent = form.dataset.failed; });
    asked.open("POST", form.action);
    asked.responseType = "document";
    asked.send(body);
  });

  function show(form, asked) {
    var page = asked.response && asked.response.querySelector("main"), fresh = page && page.querySelector(".js-list-in");
    if (!fresh) { window.location.assign(asked.responseURL); return; }
    fresh.querySelector("input[type=file]").replaceWith(form.querySelector("input[type=file]"));
    fresh.querySelector("#list-hint").hidden = true;
    document.querySelector("main").replaceWith(document.adoptNode(page));
    var first = document.getElementById("refused") || document.getElementById("outcome");
    if (first) { first.focus(); }
  }

  // The time of pressing, as the town's clocks show it wherever the device believes to be; without a script it is typed.
  function wallTime() {
    return new Intl.DateTimeFormat("en-GB", {
      timeZone: document.body.dataset.zone || undefined, hour: "2-digit", minute: "2-digit", hourCycle: "h23"
    }).format(new Date());
  }
  document.querySelectorAll(".js-time-now").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { document.getElementById(button.dataset["for"]).value = wallTime(); });
  });
  document.querySelectorAll(".js-now").forEach(function (field) {
    field.form.addEventListener("submit", function () { field.value = wallTime(); });
  });

  // One more row, without asking the server for it.
  document.querySelectorAll(".js-more-lines").forEach(function (button) {
    var lines = button.parentNode.querySelector(".js-lines");
    button.addEventListener("click", function (event) {
      event.preventDefault();
      var number = lines.children.length, line = lines.lastElementChild.cloneNode(true);
      line.querySelectorAll("[name]").forEach(function (field) {
        field.name = field.name.replace(/^row\.\d+\./, "row." + number + ".");
        if (field.id) { field.id = field.name; }
        if (field.type === "radio" || field.type === "checkbox") { field.checked = false; } else { field.value = ""; }
      });
      line.querySelectorAll("label[for]").forEach(function (label) {
        label.htmlFor = label.htmlFor.replace(/^row\.\d+\./, "row." + number + ".");
      });
      lines.appendChild(line);
      line.querySelector("input, select, textarea").focus();
    });
  });

  // What was refused is read first.
  var refused = document.getElementById("refused");
  if (refused) { refused.focus(); }
})();
