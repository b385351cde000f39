// Loaded only after somebody agreed to being measured: sends the page's name, how long it was looked at, and the host
// of the site that linked here, to this site and nobody else.
(() => {
  const { page } = document.currentScript.dataset;
  const id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
  const from = URL.canParse(document.referrer) ? new URL(document.referrer).hostname : '';
  const referrer = from === '' || from === location.hostname ? null : from;
  let looked = 0;
  let since = document.visibilityState === 'visible' ? performance.now() : null;
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') {
      since = performance.now();
      return;
    }
    if (since !== null) looked += performance.now() - since;
    since = null;
    const seconds = Math.min(14400, Math.round(looked / 1000));
    const body = new Blob([JSON.stringify({ id, page, seconds, referrer })], { type: 'application/json' });
    navigator.sendBeacon('/api/measure', body);
  });
})();
