"use strict";
// What lies under everything: hills as a shaded picture, rivers and lakes.
var Ground = {
  draw: function (data, map, group) {
    if (data.hills) {
      L.imageOverlay(data.hills.picture, Lines.bounds(data.hills.bounds), { pane: "ground", opacity: 0.75 }).addTo(group);
    }
    (data.water || []).forEach(function (water) {
      var points = water.l.map(Lines.decode);
      var style = { pane: "ground", color: "#5b9bc8", weight: 1.5, fillColor: "#a9cfe8", fillOpacity: 0.9, interactive: false };
      (water.area ? L.polygon(points.map(function (ring) { return [ring]; }), style) : L.polyline(points, Object.assign(style, { weight: 2 }))).addTo(group);
    });
  }
};
