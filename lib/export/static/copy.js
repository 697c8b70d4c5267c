// The buttons that copy what stands in a field, and say so.
for (const button of document.querySelectorAll("[data-copies]")) {
  button.hidden = false;
  button.onclick = async () => {
    const field = document.getElementById(button.dataset.copies);
    field.select();
    try { await navigator.clipboard.writeText(field.value); } catch { document.execCommand("copy"); }
    document.getElementById("copied").textContent = `Copied: ${field.labels[0].textContent}`;
  };
}
