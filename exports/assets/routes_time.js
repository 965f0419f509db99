"use strict";
// The time slider: where every vehicle is at a moment of the month.
function TimeSlider(data, map, network, changed) {
  var STEP = 10, slider = document.getElementById("moment"), play = document.getElementById("play");
  var told = document.getElementById("now"), timer = null, markers = [], moments = [];
  function eachLeg(run) {
    data.trips.forEach(function (trip) {
      trip.days.forEach(function (day) { day.legs.forEach(function (leg) { run(trip, day, leg); }); });
    });
  }
  // Moments are every ten minutes from the first departure of a day to its last arrival.
  data.days.forEach(function (day) {
    var first = 1440, last = 0;
    eachLeg(function (trip, own, leg) {
      if (own.d === day.d) {
        first = Math.min(first, leg.out);
        last = Math.max(last, leg["in"]);
      }
    });
    for (var minute = Math.floor(first / STEP) * STEP; minute <= last + STEP; minute += STEP) { moments.push({ day: day, minute: minute }); }
  });
  slider.max = moments.length;
  document.getElementById("time").hidden = !moments.length;
  function two(number) { return (number < 10 ? "0" : "") + number; }
  function current() { return moments[Number(slider.value) - 1] || null; }
  // Where a trip's vehicle is, or null when it does not drive on this day.
  function placeOf(trip, moment) {
    var day = trip.days.filter(function (own) { return own.d === moment.day.d; })[0];
    if (!day || moment.minute < day.legs[0].out - STEP) { return null; }
    for (var i = day.legs.length - 1; i >= 0; i--) {
      var leg = day.legs[i];
      if (moment.minute >= leg["in"]) { return i === day.legs.length - 1 && moment.minute > leg["in"] + STEP ? null : Lines.at(leg.to); }
      if (moment.minute >= leg.out) { return network.along(leg, (moment.minute - leg.out) / (leg["in"] - leg.out || 1)); }
    }
    return network.along(day.legs[0], 0);
  }
  function show() {
    var moment = current();
    markers.forEach(function (marker) { marker.remove(); });
    markers = [];
    told.textContent = moment ? moment.day.t + " · " + two(Math.floor(moment.minute / 60)) + ":" + two(moment.minute % 60) : data.words.month;
    slider.setAttribute("aria-valuetext", told.textContent);
    if (moment) {
      data.trips.forEach(function (trip) {
        var at = placeOf(trip, moment);
        if (!at) { return; }
        var icon = Lines.pin("▲", data.colours[trip.v], "vehicle");
        markers.push(L.marker(at, { icon: icon, title: trip.t, alt: trip.t, zIndexOffset: 3000, keyboard: false }).bindPopup(trip.p).addTo(map));
      });
    }
    changed(moment ? moment.day.d : null);
  }
  function stop() {
    window.clearInterval(timer);
    timer = null;
    play.textContent = "▶";
    play.setAttribute("aria-pressed", "false");
  }
  slider.addEventListener("input", function () {
    stop();
    show();
  });
  play.addEventListener("click", function () {
    if (timer !== null) {
      stop();
      return;
    }
    if (Number(slider.value) >= moments.length) { slider.value = 0; }
    play.textContent = "‖";
    play.setAttribute("aria-pressed", "true");
    timer = window.setInterval(function () {
      slider.value = Number(slider.value) + 1;
      show();
      if (Number(slider.value) >= moments.length) { stop(); }
    }, 150);
  });
  return {
    show: show,
    clear: function () {
      if (Number(slider.value) === 0) { return; }
      stop();
      slider.value = 0;
      show();
    }
  };
}
