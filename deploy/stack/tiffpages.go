package stack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const (
	tiffPages       = "tiffpages"
	tiffPagesSource = "services/fax-dispatch/cmd/tiffpages/tiffpages.c"
)

// buildTIFFPages compiles the program of a checkout by which fax-dispatch reads TIFF files into a directory, unless what
// is there is newer than its source. It needs the Debian packages gcc, libc6-dev and libtiff-dev.
func buildTIFFPages(ctx context.Context, root, dir string) error {
	source, program := filepath.Join(root, tiffPagesSource), filepath.Join(dir, tiffPages)
	text, err := os.Stat(source)
	if err != nil {
		return err
	}
	if built, err := os.Stat(program); err == nil && built.ModTime().After(text.ModTime()) {
		return nil
	}
	fresh := fmt.Sprintf("%s.%d", program, os.Getpid()) // others may run the old one, or build it as well
	cmd := exec.CommandContext(ctx, "cc", "-O2", "-Wall", "-Wextra", "-Werror", "-o", fresh, source, "-ltiff")
	if said, err := cmd.CombinedOutput(); err != nil {
		return errors.Join(fmt.Errorf("compile %s (it needs the Debian packages gcc, libc6-dev and libtiff-dev): %w\n%s",
			tiffPagesSource, err, strings.TrimSpace(string(said))), remove(fresh))
	}
	return os.Rename(fresh, program)
}

func remove(path string) error {
	if err := os.Remove(path); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
