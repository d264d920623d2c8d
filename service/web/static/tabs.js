// On a phone the sections stand in one line that is moved sideways: where one is must be seen.

const here = document.querySelector(".bar li a[aria-current]");
here?.scrollIntoView({ behavior: "instant", block: "nearest", inline: "center" });
