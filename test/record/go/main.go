// Reads a record as a stranger does, with none of Kept's code: golang.org/x/mod/sumdb (note and tlog) over the files
// of a published tlog-tiles log in a folder, or one receipt. Prints one line and ends with 0 where everything holds,
// else with 1.
//
//	reader <verifier key> <folder> <older checkpoint>
//	reader <verifier key> <receipt>
package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	if len(os.Args) != 3 && len(os.Args) != 4 {
		fail(fmt.Errorf("usage: reader KEY FOLDER OLDER, or reader KEY RECEIPT"))
	}
	verifier, err := note.NewVerifier(os.Args[1])
	fail(err)
	if len(os.Args) == 3 {
		receipt(os.Args[2], verifier)
		return
	}
	newest := checkpoint(filepath.Join(os.Args[2], "checkpoint"), verifier)
	older := checkpoint(os.Args[3], verifier)
	hashes := tlog.TileHashReader(newest, folder(os.Args[2]))

	growth, err := tlog.ProveTree(newest.N, older.N, hashes)
	fail(err)
	fail(tlog.CheckTree(growth, newest.N, newest.Hash, older.N, older.Hash))

	read := int64(0)
	for bundle := int64(0); bundle*256 < newest.N; bundle++ {
		width := min(256, newest.N-bundle*256)
		for at, entry := range entries(os.Args[2], bundle, width) {
			index := bundle*256 + int64(at)
			proof, err := tlog.ProveRecord(newest.N, index, hashes)
			fail(err)
			fail(tlog.CheckRecord(proof, newest.N, newest.Hash, index, tlog.RecordHash(entry)))
			read++
		}
	}
	if read != newest.N {
		fail(fmt.Errorf("%d entries of %d", read, newest.N))
	}
	fmt.Printf("%d entries, from %d\n", newest.N, older.N)
}

// checkpoint opens a signed checkpoint: origin, size and root (https://c2sp.org/tlog-checkpoint).
func checkpoint(path string, verifier note.Verifier) tlog.Tree {
	bytes, err := os.ReadFile(path)
	fail(err)
	return treeOf(bytes, verifier)
}

func treeOf(signed []byte, verifier note.Verifier) tlog.Tree {
	opened, err := note.Open(signed, note.VerifierList(verifier))
	fail(err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() || lines[3] != "" {
		fail(fmt.Errorf("this is not a checkpoint of %s", verifier.Name()))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	fail(err)
	root, err := base64.StdEncoding.DecodeString(lines[2])
	fail(err)
	tree := tlog.Tree{N: size}
	if copy(tree.Hash[:], root) != len(tree.Hash) {
		fail(fmt.Errorf("the checkpoint has a short root"))
	}
	return tree
}

// folder reads tiles by the paths of tlog-tiles, which leave out the height that Go's own have (tile/8/0/000).
type folder string

func (folder) Height() int { return 8 }

func (folder) SaveTiles([]tlog.Tile, [][]byte) {}

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	read := make([][]byte, len(tiles))
	for at, tile := range tiles {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		bytes, err := os.ReadFile(filepath.Join(string(f), filepath.FromSlash(path)))
		if err != nil {
			return nil, err
		}
		read[at] = bytes
	}
	return read, nil
}

// entries reads an entry bundle: each entry after its length.
func entries(root string, bundle, width int64) [][]byte {
	path := strings.Replace(tlog.Tile{H: 8, L: 0, N: bundle, W: int(width)}.Path(), "tile/8/0/", "tile/entries/", 1)
	bytes, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(path)))
	fail(err)
	var list [][]byte
	for len(bytes) > 0 {
		if len(bytes) < 2 {
			fail(fmt.Errorf("%s is cut", path))
		}
		end := 2 + int(bytes[0])<<8 + int(bytes[1])
		if end > len(bytes) {
			fail(fmt.Errorf("%s is cut", path))
		}
		list = append(list, bytes[2:end])
		bytes = bytes[end:]
	}
	return list
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
