package local

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

//go:embed install.sh
var installScript string

const installTimeout = 15 * time.Minute

// installPackages installs packages, as root or through sudo where that asks for no password. Their output goes
// to the file log. Otherwise the error says which command to run by hand.
func installPackages(ctx context.Context, packages []string, log string) error {
	byHand := "sudo apt-get install -y --no-install-recommends " + strings.Join(packages, " ")
	if _, err := exec.LookPath("apt-get"); err != nil {
		return fmt.Errorf("missing server programs (as Debian packages: %s) and no apt-get to install them: "+
			"install them, or name running servers by DATABASE_URL, AMQP_URL and REDIS_URL", strings.Join(packages, ", "))
	}
	ctx, cancel := context.WithTimeout(ctx, installTimeout)
	defer cancel()
	root, err := asRoot(ctx)
	if err != nil {
		return fmt.Errorf("%w; please run this, then try again:\n\n    %s", err, byHand)
	}
	out, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("open log: %w", err)
	}
	defer out.Close()
	args := append(append(root, "sh", "-c", installScript, "install"), packages...)
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) } // it puts back what it changed
	cmd.WaitDelay = time.Minute
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("installing %s failed (%w); it may tell more by hand:\n\n    %s\n\n%s",
			strings.Join(packages, ", "), err, byHand, Tail(log, 15))
	}
	return nil
}

// asRoot returns what to put before a command so that it runs as root.
func asRoot(ctx context.Context) ([]string, error) {
	if os.Geteuid() == 0 {
		return nil, nil
	}
	if err := exec.CommandContext(ctx, "sudo", "-n", "true").Run(); err != nil {
		return nil, errors.New("server programs are missing and installing them needs root")
	}
	return []string{"sudo", "-n"}, nil
}
