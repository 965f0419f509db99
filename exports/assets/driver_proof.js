"use strict";
// Takes what proves a stop: a signature drawn on a pad, where the phone was then, a small photo.
function Proofs(record, places, notes, fill, set, refresh) {
  var words = record.words, limits = record.proof;
  function fold(key, name) { return document.querySelector("[data-proof='" + key + "'] " + name); }
  function two(number) { return (number < 10 ? "0" : "") + number; }
  function clockNow() { var now = new Date(); return two(now.getHours()) + ":" + two(now.getMinutes()); }

  function draw(key) {
    var pad = fold(key, "canvas"), pen = pad.getContext("2d");
    pen.clearRect(0, 0, pad.width, pad.height);
    pen.lineWidth = 4;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = "#00205b";
    notes.get(key + ".signature").split("M").slice(1).forEach(function (stroke) {
      var points = stroke.split(" ");
      pen.beginPath();
      for (var at = 0; at + 1 < points.length; at += 2) { pen.lineTo(points[at], points[at + 1]); }
      pen.stroke();
    });
  }
  function show(key) {
    var photo = notes.get(key + ".photo"), image = fold(key, "img"), isSigned = Boolean(notes.get(key + ".signature"));
    fold(key, ".hint").hidden = isSigned;
    fold(key, "[data-clear]").hidden = !isSigned;
    fold(key, ".state").hidden = !isSigned && !photo;
    fold(key, "[data-place]").textContent = isSigned ? sayPlace(key) : "";
    image.hidden = fold(key, "[data-drop]").hidden = !photo;
    if (photo && image.getAttribute("src") !== photo) { image.src = photo; }
    draw(key);
  }
  function sayPlace(key) {
    var place = notes.get(key + ".position").split(" ");
    if (place.length < 3) { return words[notes.get(key + ".place_state") || "no_place"]; }
    var stop = places.filter(function (one) { return "s" + one.n === key; })[0];
    var metres = stop ? Math.round(L.latLng(stop.at[1], stop.at[0]).distanceTo([Number(place[0]), Number(place[1])])) : 0;
    return fill(words.place, { metres: metres, accuracy: place[2] });
  }
  // Asks once where the phone is; whatever it answers, signing goes on.
  function locate(key) {
    function fail(state) {
      notes.set(key + ".place_state", state);
      show(key);
    }
    if (!navigator.geolocation) { return fail("no_place"); }
    fail("searching_place");
    try {
      navigator.geolocation.getCurrentPosition(function (found) {
        var at = found.coords;
        if (!notes.get(key + ".signature")) { return; }
        notes.set(key + ".position", at.latitude.toFixed(5) + " " + at.longitude.toFixed(5) + " " + Math.min(999999, Math.round(at.accuracy)));
        show(key);
        refresh();
      }, function () { fail("no_place"); }, { enableHighAccuracy: true, maximumAge: 60000, timeout: 30000 });
    } catch (error) {
      fail("no_place");
    }
  }
  function clear(key) {
    ["signature", "signed_at", "position", "place_state"].forEach(function (name) { set(key + "." + name, ""); });
    show(key);
    refresh();
  }

  function listen(key) {
    var pad = fold(key, "canvas"), points = null;
    function place(event) {
      var box = pad.getBoundingClientRect();
      var x = Math.round((event.clientX - box.left) / box.width * pad.width), y = Math.round((event.clientY - box.top) / box.height * pad.height);
      return [Math.max(0, Math.min(pad.width, x)), Math.max(0, Math.min(pad.height, y))];
    }
    pad.addEventListener("pointerdown", function (event) {
      if (points || notes.get(key + ".signature").length > limits.letters) { return; }
      event.preventDefault();
      pad.setPointerCapture(event.pointerId);
      points = [place(event)];
    });
    pad.addEventListener("pointermove", function (event) {
      if (!points) { return; }
      var at = place(event), last = points[points.length - 1], pen = pad.getContext("2d");
      if (Math.abs(at[0] - last[0]) + Math.abs(at[1] - last[1]) < 4) { return; }
      points.push(at);
      pen.beginPath();
      pen.moveTo(last[0], last[1]);
      pen.lineTo(at[0], at[1]);
      pen.stroke();
    });
    function end() {
      if (!points) { return; }
      if (points.length === 1) { points.push(points[0]); }
      var stroke = "M" + points.map(function (at) { return at.join(" "); }).join(" "), before = notes.get(key + ".signature");
      points = null;
      if (before.length + stroke.length <= limits.most_letters) {
        notes.set(key + ".signature", before + stroke);
        notes.set(key + ".signed_at", clockNow());
      }
      if (!before) { locate(key); }
      show(key);
      refresh();
    }
    pad.addEventListener("pointerup", end);
    pad.addEventListener("pointercancel", end);
    fold(key, "[data-clear]").addEventListener("click", function () { clear(key); });
    fold(key, "[data-drop]").addEventListener("click", function () {
      set(key + ".photo", "");
      show(key);
      refresh();
    });
    fold(key, "[data-photo]").addEventListener("change", function (event) {
      var file = event.target.files[0];
      if (file) { takePhoto(key, file); }
      event.target.value = "";
    });
    fold(key, "summary").parentNode.addEventListener("toggle", function () { show(key); });
  }

  function takePhoto(key, file) {
    function fail() {
      fold(key, "[data-place]").textContent = words.no_photo;
      fold(key, ".state").hidden = false;
    }
    var reader = new FileReader();
    reader.onerror = fail;
    reader.onload = function () {
      var image = new Image();
      image.onerror = fail;
      image.onload = function () {
        var small = shrinkPhoto(image, limits.photo_letters);
        if (!small) { return fail(); }
        notes.set(key + ".photo", small);
        show(key);
        refresh();
      };
      image.src = reader.result;
    };
    reader.readAsDataURL(file);
  }
  document.querySelectorAll("[data-proof]").forEach(function (part) { listen(part.dataset.proof); });
  return {
    showAll: function () {
      document.querySelectorAll("[data-proof][open]").forEach(function (part) { show(part.dataset.proof); });
    }
  };
}
// The address of a picture as a JPEG of at most so many letters: smaller, then coarser; "" if none is.
function shrinkPhoto(image, letters) {
  var sides = [800, 640, 480, 360, 240], grades = [0.7, 0.55, 0.4, 0.25];
  for (var s = 0; s < sides.length; s += 1) {
    var scale = Math.min(1, sides[s] / Math.max(image.naturalWidth, image.naturalHeight));
    var canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
    canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
    var pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    for (var g = 0; g < grades.length; g += 1) {
      var address = canvas.toDataURL("image/jpeg", grades[g]);
      if (address.indexOf("data:image/jpeg;base64,") === 0 && address.length <= letters) { return address; }
    }
  }
  return "";
}
