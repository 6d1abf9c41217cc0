// Opens the viewer on the description that the page names. A token that somebody gives stays in this page.
(function () {
  "use strict";
  var place = document.getElementById("viewer");
  if (!place || typeof SwaggerUIBundle !== "function") return;
  // Its one word that offices' browsers do not know.
  if (!Object.hasOwn) Object.hasOwn = function (thing, name) { return Object.prototype.hasOwnProperty.call(thing, name); };
  // What the viewer leaves without a name, or out of a keyboard's reach.
  var MENDED = [
    [".close-modal", "aria-label", "Close"],
    [".body-param__text", "aria-label", "Request body"],
    [".microlight", "tabindex", "0"]
  ];
  function mend() {
    MENDED.forEach(function (each) {
      place.querySelectorAll(each[0] + ":not([" + each[1] + "])").forEach(function (found) {
        found.setAttribute(each[1], each[2]);
      });
    });
  }
  new MutationObserver(mend).observe(place, { childList: true, subtree: true });
  SwaggerUIBundle({
    domNode: place,
    url: place.getAttribute("data-description"),
    deepLinking: false,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    persistAuthorization: false,
    queryConfigEnabled: false,
    validatorUrl: null
  });
})();
