"use strict";
// Tracks over planned ways; a click on a day shows that day alone.
(function () {
  var data = Lines.read();
  var map = L.map("map", { zoomSnap: 0.25, attributionControl: false, maxZoom: 18 });
  function show(box) {
    if (box) { map.fitBounds(Lines.bounds(box), { padding: [12, 12], animate: false }); } else { map.setView([0, 0], 2); }
  }
  function around(boxes) {
    return boxes.reduce(function (all, box) {
      return all ? [Math.min(all[0], box[0]), Math.min(all[1], box[1]), Math.max(all[2], box[2]), Math.max(all[3], box[3])] : box;
    }, null);
  }
  ["ground", "communes", "roads", "planned", "driven", "sites", "names"].forEach(function (name, index) {
    map.createPane(name).style.zIndex = 400 + index * 10;
  });
  L.control.scale({ imperial: false }).addTo(map);
  Ground.draw(data, map, map);
  data.communes.forEach(function (commune) {
    L.polygon(commune.r.map(function (ring) { return [Lines.decode(ring)]; }), {
      pane: "communes", color: "#8d9c94", weight: 1, fillColor: "#f7f7f3", fillOpacity: data.hills ? 0.25 : 0.7, interactive: false
    }).addTo(map);
  });
  var below = L.layerGroup().addTo(map), signs = Lines.drawRoads(data.roads, below, "roads");
  map.getPane("roads").style.opacity = 0.55;
  data.sites.forEach(function (site) {
    var name = document.createElement("span");
    name.textContent = site.t;
    L.circleMarker(Lines.at(site.at), {
      pane: "sites", radius: site.d ? 6 : 4, weight: 1.5, fillOpacity: 1, color: "#1c2321", fillColor: site.d ? "#1c2321" : "#cfe3d4"
    }).bindTooltip(name).addTo(map);
  });
  var days = data.days.map(function (day) {
    var group = L.layerGroup().addTo(map);
    day.planned.forEach(function (way) {
      Lines.join(Lines.follow(data.lines, way)).forEach(function (points) {
        L.polyline(points, { pane: "planned", color: "#333", weight: 7, opacity: 0.65, dashArray: "1 10", interactive: false }).addTo(group);
      });
    });
    var title = document.createElement("span");
    title.textContent = day.t;
    L.polyline(Lines.decode(day.driven), { pane: "driven", color: day.c, weight: 3, opacity: 0.9 }).bindTooltip(title, { sticky: true }).addTo(group);
    day.stands.forEach(function (stand) {
      L.circleMarker(Lines.at(stand.at), {
        pane: "driven", radius: Math.min(14, 5 + Math.sqrt(stand.m) / 2), weight: 2, fillOpacity: 0.9,
        color: stand.s ? "#1c2321" : "#b3541e", fillColor: stand.s ? "#fff" : "#ffd9bf"
      }).bindPopup(stand.p).addTo(group);
    });
    return { group: group, box: day.box };
  });
  var whole = around(data.days.map(function (day) { return day.box; })) || data.bounds;
  var buttons = Array.prototype.slice.call(document.querySelectorAll("[data-day]")), chosen = -1;
  function choose(number) {
    chosen = chosen === number ? -1 : number;
    days.forEach(function (day, k) {
      if (chosen < 0 || chosen === k) { map.addLayer(day.group); } else { map.removeLayer(day.group); }
    });
    buttons.forEach(function (button, k) { button.setAttribute("aria-pressed", String(k === chosen)); });
    show(chosen < 0 ? whole : days[chosen].box);
  }
  buttons.forEach(function (button, k) { button.addEventListener("click", function () { choose(k); }); });
  var later = Labels.whenStill(map, function () { Labels.thin(map, signs); });
  show(whole);
  later();
  document.documentElement.dataset.ready = "yes";
})();
