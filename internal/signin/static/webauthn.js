// Passkeys on TEAM's own pages: registers one, uses one, and removes or consents to one. What is to be done stands in the
// page, in data- attributes of its buttons; what happened is said in the element with the id "said". It writes text only,
// never markup.
"use strict";

(() => {
  const api = "/api/v1/passkeys";

  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

  const say = (sentence, kind) => {
    const place = document.getElementById("said");
    place.textContent = sentence;
    place.className = "said " + kind;
    place.hidden = sentence === "";
  };

  // call the API. A refusal is an error with the problem that was answered.
  const call = async (method, path, body) => {
    let response;
    try {
      response = await fetch(api + path, {
        method,
        credentials: "same-origin",
        headers: body === undefined ? {} : { "Content-Type": "application/json" },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
    } catch {
      throw new Error("TEAM did not answer. Is your connection all right? Try again.");
    }
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) {
      const refused = new Error(sentence(answer.detail) || "TEAM refused it (" + response.status + ").");
      refused.stepUp = answer.stepUp;
      refused.status = response.status;
      throw refused;
    }
    return answer;
  };

  const sentence = (detail) => (detail ? detail.charAt(0).toUpperCase() + detail.slice(1) + (detail.endsWith(".") ? "" : ".") : "");

  const decoded = (options) => {
    const described = (list) => (list || []).map((c) => ({ ...c, id: bytes(c.id) }));
    const out = { ...options, challenge: bytes(options.challenge) };
    if (options.user) {
      out.user = { ...options.user, id: bytes(options.user.id) };
      out.excludeCredentials = described(options.excludeCredentials);
    } else {
      out.allowCredentials = described(options.allowCredentials);
    }
    return out;
  };

  const encoded = (credential) => {
    const r = credential.response;
    const response = { clientDataJSON: text(r.clientDataJSON) };
    if (r.attestationObject) {
      response.attestationObject = text(r.attestationObject);
      response.transports = r.getTransports ? r.getTransports() : [];
    } else {
      response.authenticatorData = text(r.authenticatorData);
      response.signature = text(r.signature);
      if (r.userHandle) {
        response.userHandle = text(r.userHandle);
      }
    }
    return {
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment || undefined,
      clientExtensionResults: {},
      response,
    };
  };

  const steps = {
    async register() {
      const name = document.getElementById("name").value;
      const options = await call("POST", "/registration/begin");
      say("Follow what your browser asks.", "waiting");
      const made = await navigator.credentials.create({ publicKey: decoded(options.publicKey) });
      await call("POST", "/registration/finish", { name, credential: encoded(made) });
      location.reload();
    },
    async prove(button) {
      const options = await call("POST", "/proof/begin");
      say("Follow what your browser asks.", "waiting");
      const signed = await navigator.credentials.get({ publicKey: decoded(options.publicKey) });
      await call("POST", "/proof/finish", { credential: encoded(signed), for: button.dataset.for || undefined });
      if (button.dataset.return) {
        location.assign(button.dataset.return);
      } else {
        location.reload();
      }
    },
    async remove(button) {
      await call("DELETE", "/" + encodeURIComponent(button.dataset.id));
      location.reload();
    },
    async consent(button) {
      await call("POST", "/" + encodeURIComponent(button.dataset.id) + "/consent");
      location.reload();
    },
  };

  // told is what people are told whose browser or authenticator gave up.
  const told = (error) => {
    switch (error.name) {
      case "NotAllowedError":
        return "It was cancelled, or took too long. Try again.";
      case "InvalidStateError":
        return "This authenticator holds a passkey of yours already.";
      case "SecurityError":
        return "Your browser does not allow passkeys at this address.";
      case "NotSupportedError":
        return "Your authenticator cannot do what is needed: it must be able to check that it is you, by PIN, finger or face.";
      default:
        return error.message || "Something went wrong. Try again.";
    }
  };

  const run = async (button) => {
    say("", "");
    button.disabled = true;
    try {
      await steps[button.dataset.action](button);
    } catch (error) {
      if (error.stepUp && error.stepUp.url) {
        location.assign(error.stepUp.url + "&return=" + encodeURIComponent(location.pathname));
        return;
      }
      say(told(error), "wrong");
      button.disabled = false;
    }
  };

  document.addEventListener("DOMContentLoaded", () => {
    const needed = document.querySelectorAll("[data-action=register], [data-action=prove]");
    if (needed.length > 0 && !window.PublicKeyCredential) {
      say("Your browser has no passkeys" + (window.isSecureContext ? "." : " at this address: it is not reached over TLS."), "wrong");
      needed.forEach((b) => (b.disabled = true));
    }
    document.querySelectorAll("button[data-action]").forEach((button) => {
      button.addEventListener("click", () => {
        const form = button.form;
        if (!form || form.reportValidity()) {
          run(button);
        }
      });
    });
    document.querySelectorAll("form[data-enter]").forEach((form) => {
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        form.querySelector("button[data-action]").click();
      });
    });
  });
})();
