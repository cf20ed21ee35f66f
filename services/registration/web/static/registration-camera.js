// A portrait from the camera, or from a chosen file, cropped to 4 : 5. Where there is no camera the file field is all.
"use strict";

(() => {
  const root = document.getElementById("camera");
  if (!root) return;
  const part = (name) => root.querySelector(`[data-camera="${name}"]`);
  const field = document.getElementById(root.dataset.fieldId);
  const video = part("video");
  const canvas = part("canvas");
  const [zoom, across, down] = ["zoom", "across", "down"].map((name) => document.getElementById(`camera-${name}`));
  const QUALITY = 0.92;
  const SIDE_MAX = 4096;
  let stream = null;
  let picture = null;

  const say = (text) => { part("said").textContent = text; };
  const show = (names) => {
    for (const name of ["video", "canvas", "sliders", "take", "use", "again"]) part(name).hidden = !names.includes(name);
    part("stage").hidden = names.length === 0;
  };
  const stop = () => {
    for (const track of stream?.getTracks() || []) track.stop();
    stream = null;
    video.srcObject = null;
  };
  const close = () => { stop(); show([]); };

  // The largest part of the picture in the frame's shape, made smaller by the zoom, its middle moved by two sliders.
  const partOf = (width, height) => {
    const shape = canvas.width / canvas.height;
    const widest = Math.min(width, height * shape);
    const wide = widest / (zoom.value / 100);
    const high = wide / shape;
    return [(width - wide) * (across.value / 100), (height - high) * (down.value / 100), wide, high];
  };
  const draw = () => {
    const [x, y, wide, high] = partOf(picture.width, picture.height);
    canvas.getContext("2d").drawImage(picture, x, y, wide, high, 0, 0, canvas.width, canvas.height);
  };
  const crop = (of, again) => {
    picture = of;
    [zoom.value, across.value, down.value] = [100, 50, 50];
    draw();
    show(again ? ["canvas", "sliders", "use", "again"] : ["canvas", "sliders", "use"]);
    zoom.focus();
  };

  const open = async () => {
    say("");
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "user", width: { ideal: 1280 } }, audio: false });
    } catch (error) {
      say(error.name === "NotAllowedError" ? root.dataset.refused : root.dataset.none);
      field.focus();
      return;
    }
    video.srcObject = stream;
    await video.play();
    show(["video", "take"]);
    part("take").focus();
  };
  const take = () => {
    const still = document.createElement("canvas");
    [still.width, still.height] = [video.videoWidth, video.videoHeight];
    still.getContext("2d").drawImage(video, 0, 0);
    stop();
    crop(still, true);
    say(root.dataset.taken);
  };
  const use = () => canvas.toBlob((blob) => {
    const files = new DataTransfer();
    const made = new File([blob], "portrait.jpg", { type: "image/jpeg" });
    files.items.add(made);
    field.files = files.files;
    close();
    say(root.dataset.kept);
    field.dispatchEvent(new Event("change"));
    field.focus();
  }, "image/jpeg", QUALITY);
  const ofFile = async () => {
    say("");
    try {
      const read = await createImageBitmap(field.files[0]);
      const smaller = Math.min(1, SIDE_MAX / Math.max(read.width, read.height));
      crop(smaller < 1 ? await createImageBitmap(read, { resizeWidth: Math.round(read.width * smaller) }) : read, false);
    } catch {
      say(root.dataset.unreadable);
    }
  };

  let from = null;
  canvas.addEventListener("pointerdown", (event) => { from = [event.clientX, event.clientY]; canvas.setPointerCapture(event.pointerId); });
  canvas.addEventListener("pointerup", () => { from = null; });
  canvas.addEventListener("pointermove", (event) => {
    if (!from) return;
    const [, , wide, high] = partOf(picture.width, picture.height);
    const scale = wide / canvas.clientWidth;
    const moved = [(from[0] - event.clientX) * scale, (from[1] - event.clientY) * scale];
    from = [event.clientX, event.clientY];
    if (picture.width > wide) across.value = Number(across.value) + (moved[0] / (picture.width - wide)) * 100;
    if (picture.height > high) down.value = Number(down.value) + (moved[1] / (picture.height - high)) * 100;
    draw();
  });
  for (const slider of [zoom, across, down]) slider.addEventListener("input", draw);
  part("open").addEventListener("click", open);
  part("crop").addEventListener("click", ofFile);
  part("take").addEventListener("click", take);
  part("again").addEventListener("click", open);
  part("use").addEventListener("click", use);
  part("close").addEventListener("click", () => { close(); (part("open").hidden ? field : part("open")).focus(); });
  part("stage").addEventListener("keydown", (event) => { if (event.key === "Escape") part("close").click(); });
  field.addEventListener("change", () => { part("crop").hidden = !field.files.length; });
  window.addEventListener("pagehide", stop);
  part("open").hidden = !navigator.mediaDevices?.getUserMedia;
  part("crop").hidden = !field.files.length;
  close();
})();
