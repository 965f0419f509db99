"use strict";
// Reads back the lines of the page: whole numbers, differences from point to point.
var Lines = {
  decode: function (numbers) {
    var points = [], lon = 0, lat = 0;
    for (var i = 0; i < numbers.length; i += 2) {
      lon += numbers[i];
      lat += numbers[i + 1];
      points.push([lat / 1e5, lon / 1e5]);
    }
    return points;
  },
  // A way is a list of line numbers from 1, negative where driven backwards.
  follow: function (lines, way) {
    return way.map(function (number) {
      var points = Lines.decode(lines[Math.abs(number) - 1]);
      return number < 0 ? points.reverse() : points;
    });
  },
  at: function (pair) {
    return [pair[1], pair[0]];
  },
  bounds: function (box) {
    return [[box[1], box[0]], [box[3], box[2]]];
  },
  style: {
    national: { color: "#d9822b", weight: 4 },
    provincial: { color: "#c9a227", weight: 3 },
    district: { color: "#8d8d84", weight: 1.8 },
    urban: { color: "#8d8d84", weight: 1.8 },
    commune: { color: "#a5a59b", weight: 1.3 },
    track: { color: "#b5b5aa", weight: 1, dashArray: "3 4" },
    ferry: { color: "#1e88c7", weight: 2.5, dashArray: "7 6" }
  },
  // Draws roads into a layer group, national ones last, with their numbers as shields.
  drawRoads: function (roads, group, pane) {
    roads.forEach(function (road) {
      var style = Object.assign({ pane: pane, opacity: 0.9 }, Lines.style[road.c]);
      if (road.dry) { style.dashArray = "6 3"; }
      var line = L.polyline(road.l.map(Lines.decode), style);
      var name = document.createElement("span");
      name.textContent = road.name;
      line.bindTooltip(name, { sticky: true });
      group.addLayer(line);
      if (road.ref && (road.c === "national" || road.c === "provincial")) {
        group.addLayer(L.marker(Lines.at(road.at), {
          pane: "names", interactive: false, keyboard: false,
          icon: Lines.label("shield " + road.c, road.ref)
        }));
      }
    });
  },
  label: function (className, text) {
    var inner = document.createElement("span");
    inner.textContent = text;
    return L.divIcon({ className: "label " + className, html: inner, iconSize: [0, 0] });
  },
  pin: function (number, colour, className) {
    var inner = document.createElement("b");
    inner.textContent = number;
    inner.style.background = colour;
    return L.divIcon({ className: "pin " + (className || ""), html: inner, iconSize: [26, 26] });
  },
  read: function () {
    return JSON.parse(document.getElementById("data").textContent);
  }
};
