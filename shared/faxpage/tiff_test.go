package faxpage_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	xtiff "golang.org/x/image/tiff"

	"github.com/mintfax/mintfax/shared/faxpage"
)

// pages returns pages of different lengths, with blocks and noise.
func pages(n int) []faxpage.Page {
	random := rand.New(rand.NewPCG(3, 4))
	var all []faxpage.Page
	for i := range n {
		page := faxpage.New(100 + 37*i)
		for range 200 {
			left, top := random.IntN(faxpage.Width-50), random.IntN(page.Lines()-20)
			for x := left; x < left+random.IntN(50); x++ {
				for y := top; y < top+random.IntN(20); y++ {
					page.Blacken(x, y)
				}
			}
		}
		all = append(all, page)
	}
	return all
}

func write(t *testing.T, resolution faxpage.Resolution, all ...faxpage.Page) []byte {
	t.Helper()
	var out bytes.Buffer
	w := faxpage.NewWriter(&out, resolution)
	for _, page := range all {
		require.NoError(t, w.Add(page))
	}
	require.Equal(t, len(all), w.Pages())
	require.NoError(t, w.Close())
	return out.Bytes()
}

func TestPagesRoundTrip(t *testing.T) {
	all := pages(5)
	file := write(t, faxpage.Fine, all...)
	for i, want := range all {
		got, resolution, err := faxpage.ReadPage(bytes.NewReader(file), i+1)
		require.NoError(t, err)
		require.Equal(t, faxpage.Fine, resolution)
		require.True(t, bytes.Equal(want.Bits, got.Bits), "page %d", i+1)
	}
	for _, n := range []int{-1, 0, 6} {
		_, _, err := faxpage.ReadPage(bytes.NewReader(file), n)
		require.ErrorIs(t, err, faxpage.ErrNoPage)
	}
	require.Error(t, faxpage.NewWriter(&bytes.Buffer{}, faxpage.Fine).Close(), "without a page")
}

func TestOtherReadersSeeTheSamePage(t *testing.T) {
	page := pages(1)[0]
	picture, err := xtiff.Decode(bytes.NewReader(write(t, faxpage.Fine, page)))
	require.NoError(t, err)
	for y := range page.Lines() {
		for x := range faxpage.Width {
			grey, _, _, _ := picture.At(x, y).RGBA()
			require.Equal(t, page.Black(x, y), grey == 0)
		}
	}
}

// libtiff, the reference TIFF library, reports no errors and reads the same pixels.
func TestLibtiffReadsTheSamePixels(t *testing.T) {
	for _, tool := range []string{"tiffinfo", "tiffcp", "tiffsplit"} {
		_, err := exec.LookPath(tool)
		require.NoError(t, err, "run the tests with `make test`, which installs libtiff-tools, or `apt-get install libtiff-tools`")
	}
	for resolution, inch := range map[faxpage.Resolution]string{faxpage.Fine: "Resolution: 204, 196 pixels/inch", faxpage.Standard: "Resolution: 204, 98 pixels/inch"} {
		dir, all := t.TempDir(), pages(3)
		require.NoError(t, os.WriteFile(filepath.Join(dir, "fax.tif"), write(t, resolution, all...), 0o600))
		told := run(t, dir, "tiffinfo", "-D", "fax.tif")
		require.NotContains(t, told, "Warning")
		require.Contains(t, told, "CCITT Group 4")
		require.Contains(t, told, inch)
		run(t, dir, "tiffsplit", "fax.tif", "page")
		for i, name := range []string{"pageaaa.tif", "pageaab.tif", "pageaac.tif"} {
			run(t, dir, "tiffcp", "-c", "none", "-r", "100000", name, "plain.tif")
			plain, err := os.ReadFile(filepath.Join(dir, "plain.tif"))
			require.NoError(t, err)
			require.True(t, bytes.Contains(plain, all[i].Bits), "page %d", i+1)
		}
	}
}

func run(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	command := exec.Command(name, args...)
	command.Dir = dir
	said, err := command.CombinedOutput()
	require.NoError(t, err, "%s: %s", name, said)
	return string(said)
}

func TestPagesCanBeCopiedWithoutBeingDecoded(t *testing.T) {
	original := write(t, faxpage.Standard, pages(3)...)
	r, err := faxpage.NewReader(bytes.NewReader(original))
	require.NoError(t, err)
	var out bytes.Buffer
	w := faxpage.NewWriter(&out, faxpage.Standard)
	for {
		code, lines, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		require.NoError(t, w.AddEncoded(code, lines))
	}
	require.NoError(t, w.Close())
	require.True(t, bytes.Equal(original, out.Bytes()))
}

func FuzzReadingAnythingEnds(f *testing.F) {
	var out bytes.Buffer
	w := faxpage.NewWriter(&out, faxpage.Standard)
	for _, page := range pages(2) {
		_ = w.Add(page)
	}
	_ = w.Close()
	f.Add(out.Bytes())
	f.Fuzz(func(t *testing.T, file []byte) {
		for n := 1; n < 4; n++ {
			if _, _, err := faxpage.ReadPage(bytes.NewReader(file), n); err != nil {
				break
			}
		}
		for r, err := faxpage.NewReader(bytes.NewReader(file)); err == nil; {
			_, _, err = r.Next()
		}
	})
}
