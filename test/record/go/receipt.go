package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// opening is what a receipt says of its entry: the extra data of the tlog-proof, canonical JSON.
type opening struct {
	Version int             `json:"v"`
	Kind    string          `json:"kind"`
	At      uint64          `json:"at"`
	Role    string          `json:"role"`
	Salt1   []byte          `json:"salt1"`
	Salt2   []byte          `json:"salt2"`
	Content json.RawMessage `json:"content"`
}

// receipt checks a C2SP tlog-proof (https://c2sp.org/tlog-proof): the entry is computed anew from what it says.
func receipt(path string, verifier note.Verifier) {
	file, err := os.ReadFile(path)
	fail(err)
	head, signed, found := strings.Cut(string(file), "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		fail(fmt.Errorf("%s is no tlog-proof", path))
	}
	extra, isExtra := strings.CutPrefix(lines[1], "extra ")
	number, isIndex := strings.CutPrefix(lines[2], "index ")
	if !isExtra || !isIndex {
		fail(fmt.Errorf("%s lacks what it is about, or which entry", path))
	}
	index, err := strconv.ParseInt(number, 10, 64)
	fail(err)
	var proof tlog.RecordProof
	for _, line := range lines[3:] {
		bytes, err := base64.StdEncoding.Strict().DecodeString(line)
		fail(err)
		var hash tlog.Hash
		if copy(hash[:], bytes) != len(hash) || len(bytes) != len(hash) {
			fail(fmt.Errorf("a line of the proof is no hash"))
		}
		proof = append(proof, hash)
	}
	tree := treeOf([]byte(signed), verifier)
	says, err := base64.StdEncoding.Strict().DecodeString(extra)
	fail(err)
	var what opening
	fail(json.Unmarshal(says, &what))
	fail(tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entryOf(what))))
	fmt.Printf("entry %d of %d: %s by %s, %s\n", index, tree.N, what.Kind, what.Role, what.Content)
}

func entryOf(what opening) []byte {
	var header bytes.Buffer
	header.WriteString("kept record header v1")
	prefixed(&header, what.Salt1)
	prefixed(&header, []byte(what.Kind))
	fail(binary.Write(&header, binary.BigEndian, what.At))
	prefixed(&header, []byte(what.Role))
	headerHash := sha256.Sum256(header.Bytes())

	var content bytes.Buffer
	content.WriteString("kept record content v1")
	prefixed(&content, what.Salt2)
	content.Write(what.Content)
	contentHash := sha256.Sum256(content.Bytes())

	entry := sha256.Sum256(append(append([]byte("kept record entry v1"), headerHash[:]...), contentHash[:]...))
	return entry[:]
}

func prefixed(to *bytes.Buffer, part []byte) {
	to.WriteByte(byte(len(part)))
	to.Write(part)
}
