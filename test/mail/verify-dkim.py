"""Whether the signature of a mail (standard input) holds, by dkimpy; the name and text of the DNS record are arguments."""

import sys

import dkim

name, text = sys.argv[1], sys.argv[2]
records = {name.encode() + b".": text.encode()}
holds = dkim.verify(sys.stdin.buffer.read(), dnsfunc=lambda asked, timeout=5: records.get(asked))
print("holds" if holds else "fails")
