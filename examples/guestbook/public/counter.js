// Says how many characters are left while a message is typed.
const message = document.querySelector("#message");
const counter = document.querySelector("[data-counter]");

function count() {
  if (message && counter) counter.value = `${message.maxLength - message.value.length} left`;
}

message?.addEventListener("input", count);
count();
