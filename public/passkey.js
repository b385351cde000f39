/**
 * Passkeys, which browsers give and make for scripts only: a form with `data-passkey` asks for one, or has one made, and
 * goes on to `data-next`. Where a browser knows none, such forms stay hidden.
 */
const post = async (path, body) => {
  const answer = await fetch(`/api/auth/passkeys${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.error.message);
  return told;
};

const use = async (path) => {
  const { ticket, options } = await post('/sign-in/begin', {});
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const credential = await navigator.credentials.get({ publicKey });
  await post(path, { ticket, response: credential.toJSON() });
};

const make = async (form) => {
  const { ticket, options } = await post('/begin', {});
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const credential = await navigator.credentials.create({ publicKey });
  await post('', { ticket, name: form.elements.name.value, response: credential.toJSON() });
};

const ACTS = {
  'sign-in': () => use('/sign-in'),
  confirm: () => use('/confirm-it-is-you'),
  make,
};
/** The browser's own words say nothing to people; ours do. */
const REFUSED = {
  InvalidStateError: 'This device has a passkey for this account already.',
  NotAllowedError: 'No passkey was given. Try again when you are ready.',
};

/** To a place of this very page, too, which is loaded anew. */
const goOn = (next) => {
  const to = new URL(next, location.href);
  const isHere = to.pathname === location.pathname && to.search === location.search;
  location.assign(to);
  if (isHere) location.reload();
};

const carryOut = async (form) => {
  const button = form.querySelector('button');
  const problem = form.querySelector('[role=alert]');
  problem.hidden = true;
  button.disabled = true;
  try {
    await ACTS[form.dataset.passkey](form);
    goOn(form.dataset.next);
  } catch (error) {
    const isBrowsers = error instanceof DOMException;
    problem.textContent = isBrowsers
      ? (REFUSED[error.name] ?? 'The browser could not do it. Try again.')
      : error.message;
    problem.hidden = false;
    button.disabled = false;
  }
};

if ('PublicKeyCredential' in window && PublicKeyCredential.parseRequestOptionsFromJSON) {
  for (const form of document.querySelectorAll('form[data-passkey]')) {
    form.hidden = false;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      carryOut(form);
    });
  }
}
