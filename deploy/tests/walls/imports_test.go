package walls_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	module   = "github.com/mintfax/mintfax/"
	services = module + "services/"
)

// wall says which packages, relative to the project, may import a library. Tests may in addition what
// testsOf says. A pattern that ends in /... means the packages below, too, and * stands for any
// characters but a slash.
type wall struct {
	library string
	only    []string
	testsOf []string
}

func walls() []wall {
	return []wall{
		{
			library: "gorm.io",
			only: []string{
				"shared/postgres/...", "shared/ledger/...", "shared/outbox/...", "services/*/internal/store/...",
				"services/*/internal/*/store/...", "services/*/internal/...:store*.go",
				"services/billing/internal/...:activation*.go",
			},
			testsOf: []string{"shared/...", "services/..."},
		},
		{library: "github.com/gin-gonic/gin", only: []string{"services/gateway/..."}},
		{
			library: "github.com/stripe/stripe-go",
			only:    []string{"services/billing/internal/stripe*/...", "services/billing/internal/*/stripe*/..."},
			testsOf: []string{"deploy/...", "services/billing/..."},
		},
		{
			library: "github.com/rabbitmq/amqp091-go",
			only:    []string{"shared/bus/...", "deploy/bench/..."},
			testsOf: []string{"deploy/..."},
		},
	}
}

func TestLibrariesAreImportedOnlyBehindTheirWall(t *testing.T) {
	for _, wall := range walls() {
		for _, file := range goFiles(t) {
			if !file.imports(wall.library) || file.matchesAny(wall.only) {
				continue
			}
			if file.isTest() && file.matchesAny(wall.testsOf) {
				continue
			}
			t.Errorf("%s imports %s, which only these may: %s", file.path, wall.library, strings.Join(wall.only, ", "))
		}
	}
}

func TestServicesNeverImportServicesAndNobodyElseDoes(t *testing.T) {
	for _, file := range goFiles(t) {
		for _, imported := range file.imported {
			if !strings.HasPrefix(imported, services) {
				continue
			}
			name, _, _ := strings.Cut(strings.TrimPrefix(imported, services), "/")
			if !strings.HasPrefix(file.path, "services/"+name+"/") {
				t.Errorf("%s imports %s, which is another service's", file.path, imported)
			}
		}
	}
}

// What is linked in counts, not only what a file says: a library may come through a shared package.
func TestServicesLinkOnlyWhatTheyNeed(t *testing.T) {
	forbidden := map[string][]string{
		"gateway":      {"gorm.io", "github.com/jackc/pgx", "github.com/stripe/stripe-go"},
		"auth":         {"github.com/gin-gonic/gin", "github.com/stripe/stripe-go"},
		"billing":      {"github.com/gin-gonic/gin"},
		"wallet":       {"github.com/gin-gonic/gin", "github.com/stripe/stripe-go"},
		"fax-dispatch": {"github.com/gin-gonic/gin", "github.com/stripe/stripe-go", "github.com/pdfcpu/pdfcpu", "github.com/klippa-app/go-pdfium"},
	}
	for _, dir := range serviceDirs(t) {
		name := filepath.Base(dir)
		linked := dependencies(t, dir)
		require.NotEmpty(t, linked, name)
		require.Contains(t, forbidden, name, "a new service needs a line here")
		for _, library := range forbidden[name] {
			i := slices.IndexFunc(linked, func(path string) bool { return isUnder(path, library) })
			if i >= 0 {
				t.Errorf("%s links in %s", name, linked[i])
			}
		}
		for _, path := range linked {
			if strings.HasPrefix(path, services) && !isUnder(path, services+name) {
				t.Errorf("%s links in %s, which is another service's", name, path)
			}
		}
	}
}

// Libraries of tests and benchmarks have no place in what runs in production.
func TestImagesLinkNoLibraryOfTests(t *testing.T) {
	libraries := []string{
		"github.com/chromedp", "gonum.org", "github.com/Shopify/toxiproxy", "github.com/stripe/stripe-mock",
		"github.com/stretchr/testify", module + "deploy/tests", module + "deploy/bench",
	}
	for _, c := range containers(t) {
		program := c.Build.Args["PROGRAM"]
		if program == "" {
			continue
		}
		for _, linked := range dependencies(t, filepath.Join(checkout(t), program)) {
			for _, library := range libraries {
				if isUnder(linked, library) {
					t.Errorf("%s links in %s", program, linked)
				}
			}
		}
	}
}

// The converter reaches no server, so it has nothing to reach one with.
func TestTheConverterLinksNoClientOfAServer(t *testing.T) {
	linked := dependencies(t, filepath.Join(checkout(t), "services", "fax-dispatch", "cmd", "converter"))
	require.NotEmpty(t, linked)
	for _, library := range []string{"gorm.io", "github.com/jackc/pgx", "github.com/rabbitmq/amqp091-go", "gocloud.dev", module + "shared/bus"} {
		require.False(t, slices.ContainsFunc(linked, func(path string) bool { return isUnder(path, library) }), library)
	}
}

func TestServicesBuildWithoutTheWorkspace(t *testing.T) {
	for _, dir := range serviceDirs(t) {
		replaced := replacements(t, dir)
		require.Equal(t, "../../shared", replaced[module+"shared"], "%s: replace of shared", filepath.Base(dir))
	}
}
