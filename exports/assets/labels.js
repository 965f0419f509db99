"use strict";
// Keeps signs on a map from covering one another: the most important ones stay, the others shrink
// to dots (pins) or wait until there is room (names).
var Labels = {
  // `signs` are { marker, width, height } in the order of importance.
  thin: function (map, signs) {
    var kept = [], size = map.getSize();
    signs.forEach(function (sign) {
      var element = sign.marker.getElement && sign.marker.getElement();
      if (!element || !map.hasLayer(sign.marker)) { return; }
      var at = map.latLngToContainerPoint(sign.marker.getLatLng());
      var box = [at.x - sign.width / 2, at.y - sign.height / 2, at.x + sign.width / 2, at.y + sign.height / 2];
      var outside = box[2] < 0 || box[3] < 0 || box[0] > size.x || box[1] > size.y;
      var covered = !outside && kept.some(function (other) {
        return box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1];
      });
      element.classList.toggle("thin", covered);
      if (!covered && !outside) { kept.push(box); }
    });
  },
  // Guesses how wide a text is drawn, so that nothing has to be measured.
  width: function (text, perLetter) {
    return Math.min(150, text.length * perLetter) + 8;
  },
  // Runs a function once the map has come to rest, and again whenever it has moved.
  whenStill: function (map, run) {
    var waiting = 0;
    function later() {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(run, 40);
    }
    map.on("zoomend moveend resize", later);
    return later;
  }
};
