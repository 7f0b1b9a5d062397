package local

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

const oldestPostgres = 14

// programs are the paths of the server programs.
type programs struct {
	postgres string // the directory of initdb and postgres
	rabbitmq string // the script that /usr/sbin/rabbitmq-server wraps: the wrapper refuses other users
	epmd     string
	redis    string
}

// findPrograms finds the programs of the servers that are not named, and installs them when missing.
func (o ServerOptions) findPrograms(ctx context.Context) (programs, error) {
	found := lookUp()
	missing := o.missingPackages(found)
	wanted := append(missing, o.optionalPackages()...)
	if len(wanted) == 0 {
		return found, nil
	}
	o.Log("installing " + strings.Join(wanted, ", ") + " (a few minutes at most)")
	err := installPackages(ctx, wanted, filepath.Join(o.logs(), "install.log"))
	if err != nil && len(missing) == 0 && !o.Tests {
		o.Log("going on without: " + err.Error())
		return found, nil
	}
	if err != nil {
		return found, err
	}
	found = lookUp()
	if missing := o.missingPackages(found); len(missing) > 0 {
		return found, fmt.Errorf("no usable programs found after installing %s: name running servers by "+
			"DATABASE_URL, AMQP_URL and REDIS_URL instead", strings.Join(missing, ", "))
	}
	return found, nil
}

func lookUp() programs {
	return programs{
		postgres: newestPostgres("/usr/lib/postgresql/*/bin/postgres"),
		rabbitmq: firstFile("/usr/lib/rabbitmq/bin/rabbitmq-server"),
		epmd:     firstFile("epmd", "/usr/bin/epmd", "/usr/lib/erlang/bin/epmd"),
		redis:    firstFile("redis-server", "/usr/bin/redis-server"),
	}
}

func (o ServerOptions) missingPackages(found programs) []string {
	var packages []string
	if o.External.Database == "" && found.postgres == "" {
		packages = append(packages, "postgresql")
	}
	if o.External.AMQP == "" && (found.rabbitmq == "" || found.epmd == "") {
		packages = append(packages, "rabbitmq-server")
	}
	if o.External.Redis == "" && found.redis == "" {
		packages = append(packages, "redis-server")
	}
	return packages
}

// optionalPackages lists packages whose programs are not there and that no server needs: poppler draws PDF files faster than
// what is built in, libtiff reads TIFF files by a program that is compiled, and tests need more.
func (o ServerOptions) optionalPackages() []string {
	var packages []string
	want := func(program string, of ...string) {
		if firstFile(program) == "" {
			packages = append(packages, of...)
		}
	}
	want("pdftoppm", "poppler-utils")
	want("cc", "gcc", "libc6-dev")
	if headers, _ := filepath.Glob("/usr/include/*/tiffio.h"); len(headers) == 0 { // Debian has one for each architecture
		want("/usr/include/tiffio.h", "libtiff-dev")
	}
	if o.Tests {
		want("chromium", "chromium", "fonts-dejavu-core")
		want("npm", "npm")
		want("tiffinfo", "libtiff-tools")
		want("soffice", "libreoffice-writer-nogui", "libreoffice-calc-nogui", "fonts-noto-core", "fonts-wqy-zenhei")
	}
	return packages
}

func newestPostgres(pattern string) string {
	matches, err := filepath.Glob(pattern)
	if err != nil {
		return ""
	}
	best, dir := oldestPostgres-1, ""
	for _, match := range matches {
		bin := filepath.Dir(match)
		version, err := strconv.Atoi(filepath.Base(filepath.Dir(bin)))
		if err == nil && version > best && firstFile(filepath.Join(bin, "initdb")) != "" {
			best, dir = version, bin
		}
	}
	return dir
}

// firstFile returns the first candidate that is there: a path, or a name to look for on PATH.
func firstFile(candidates ...string) string {
	for _, candidate := range candidates {
		if !filepath.IsAbs(candidate) {
			if path, err := exec.LookPath(candidate); err == nil {
				return path
			}
			continue
		}
		if info, err := os.Stat(candidate); err == nil && !info.IsDir() {
			return candidate
		}
	}
	return ""
}
