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

  // What was refused is read first.
  var refused = document.getElementById("refused");
  if (refused) { refused.focus(); }
})();
