"use strict";
// Popups keep clear of the buttons in the upper left corner.
L.Popup.mergeOptions({ autoPanPaddingTopLeft: [60, 10], maxWidth: 260 });
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
  // The pieces of a way joined into as few lines as they make.
  join: function (pieces) {
    var joined = [];
    pieces.forEach(function (piece) {
      var last = joined[joined.length - 1], end = last && last[last.length - 1];
      if (end && end[0] === piece[0][0] && end[1] === piece[0][1]) {
        Array.prototype.push.apply(last, piece.slice(1));
      } else {
        joined.push(piece.slice());
      }
    });
    return joined;
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
  // Draws roads into a layer group, national ones last; returns their numbers as signs.
  drawRoads: function (roads, group, pane) {
    var signs = [];
    roads.forEach(function (road) {
      var style = Object.assign({ pane: pane, opacity: 0.9 }, Lines.style[road.c]);
      if (road.dry) { style.dashArray = "6 3"; }
      var line = L.polyline(road.l.map(Lines.decode), style);
      var name = document.createElement("span");
      name.textContent = road.name;
      line.bindTooltip(name, { sticky: true });
      group.addLayer(line);
      if (road.ref && (road.c === "national" || road.c === "provincial")) {
        var marker = L.marker(Lines.at(road.at), {
          pane: "names", interactive: false, keyboard: false,
          icon: Lines.label("shield " + road.c, road.ref)
        });
        group.addLayer(marker);
        signs.push({ marker: marker, width: Labels.width(road.ref, 6.5), height: 18, first: road.c === "national" });
      }
    });
    return signs.sort(function (one, other) { return other.first - one.first; });
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
  // Moves a line of pixels to the right of its direction (to the left if `pixels` is negative).
  shift: function (points, pixels) {
    var line = L.LineUtil.simplify(points, 1.5);
    if (!pixels || line.length < 2) { return line; }
    var sides = [];
    for (var i = 1; i < line.length; i++) {
      var x = line[i].x - line[i - 1].x, y = line[i].y - line[i - 1].y, length = Math.sqrt(x * x + y * y) || 1;
      sides.push(L.point(-y / length, x / length));
    }
    return line.map(function (point, i) {
      var before = sides[Math.max(0, i - 1)], after = sides[Math.min(sides.length - 1, i)];
      var x = before.x + after.x, y = before.y + after.y, size = Math.max(1, x * x + y * y);
      return L.point(point.x + 2 * pixels * x / size, point.y + 2 * pixels * y / size);
    });
  },
  read: function () {
    return JSON.parse(document.getElementById("data").textContent);
  }
};
// A line drawn beside its place: `offsets` are pixels to the right, one for each part of the line.
Lines.Beside = L.Polyline.extend({
  options: { offsets: [], smoothFactor: 0 },
  _projectLatlngs: function (latlngs, result, bounds) {
    L.Polyline.prototype._projectLatlngs.call(this, latlngs, result, bounds);
    if (latlngs[0] instanceof L.LatLng) {
      var number = result.length - 1;
      result[number] = Lines.shift(result[number], this.options.offsets[number] || 0);
    }
  }
});
