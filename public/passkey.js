/** Confirms by a passkey that it is still the same person: asks the browser for it, and goes on where that was asked. */
const form = document.querySelector('form[data-passkey-confirm]');
const problem = form?.querySelector('[role=alert]');

async function post(path, body) {
  const answer = await fetch(`/api/auth/passkeys/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.error.message);
  return told;
}

async function confirm() {
  const { ticket, options } = await post('sign-in/begin', {});
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const credential = await navigator.credentials.get({ publicKey });
  await post('confirm-it-is-you', { ticket, response: credential.toJSON() });
  location.assign(form.dataset.passkeyConfirm);
}

if (form && 'PublicKeyCredential' in window && PublicKeyCredential.parseRequestOptionsFromJSON) {
  form.hidden = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    problem.hidden = true;
    confirm().catch((error) => {
      // The browser's own words say nothing to people; ours do.
      const ours = error instanceof DOMException ? 'The passkey was not given. Try again.' : error.message;
      problem.textContent = ours;
      problem.hidden = false;
    });
  });
}
