package walls_test

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// container is what these tests look at of a service of docker-compose.yml.
type container struct {
	Image       string
	User        string
	Profiles    []string
	Ports       []string
	Networks    []string
	Volumes     []string
	Environment map[string]string
	Build       struct{ Args map[string]string }
	Healthcheck map[string]any
	Restart     string
	ReadOnly    bool     `yaml:"read_only"`
	CapDrop     []string `yaml:"cap_drop"`
	SecurityOpt []string `yaml:"security_opt"`
	MemLimit    string   `yaml:"mem_limit"`
	PidsLimit   int      `yaml:"pids_limit"`
}

// composeFile is what these tests look at of docker-compose.yml.
type composeFile struct {
	Services map[string]container
	Networks map[string]struct {
		Internal   bool
		DriverOpts map[string]string `yaml:"driver_opts"`
	}
}

func readCompose(t *testing.T) composeFile {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(checkout(t), "docker-compose.yml"))
	require.NoError(t, err)
	var file composeFile
	require.NoError(t, yaml.Unmarshal(text, &file))
	require.NotEmpty(t, file.Services)
	return file
}

func containers(t *testing.T) map[string]container {
	t.Helper()
	return readCompose(t).Services
}

func TestEveryContainerIsLockedDown(t *testing.T) {
	for name, c := range containers(t) {
		require.True(t, c.ReadOnly, "%s can write to its image", name)
		require.NotEmpty(t, c.User, "%s runs as its image likes", name)
		require.NotRegexp(t, `^(0|root)\b`, c.User, name)
		require.Equal(t, []string{"ALL"}, c.CapDrop, name)
		require.Equal(t, []string{"no-new-privileges:true"}, c.SecurityOpt, name)
		require.NotContains(t, c.Image, "latest", name)
	}
}

// A container either is a job or is kept alive.
func TestWhatLivesLongIsWatched(t *testing.T) {
	jobs := []string{"settings", "demo-settings", "migrate", "story"}
	for name, c := range containers(t) {
		if slices.Contains(jobs, name) {
			require.Empty(t, c.Restart, name)
			continue
		}
		require.NotEmpty(t, c.Healthcheck, "%s has no health check", name)
		require.Equal(t, "unless-stopped", c.Restart, name)
	}
}

func TestOnlyTheGatewayCanBeReachedFromOutside(t *testing.T) {
	for name, c := range containers(t) {
		require.Equal(t, name == "gateway", len(c.Ports) > 0, "the ports of %s", name)
	}
}

func TestAContainerMountsOnlyItsOwnSettings(t *testing.T) {
	for name, c := range containers(t) {
		if name == "settings" || name == "demo-settings" {
			continue
		}
		for _, volume := range c.Volumes {
			if strings.HasPrefix(volume, "settings-") {
				require.Equal(t, "settings-"+name+":/settings:ro", volume, name)
			}
			require.NotContains(t, volume, "kept:", name)
		}
	}
}

// LibreOffice reads untrusted documents.
func TestTheConverterKnowsNothingAndReachesOnlyFaxDispatch(t *testing.T) {
	file := readCompose(t)
	converter := file.Services["converter"]
	require.Empty(t, converter.Volumes)
	require.Empty(t, converter.Profiles)
	require.NotEmpty(t, converter.MemLimit)
	require.NotZero(t, converter.PidsLimit)
	require.Equal(t, []string{"conversion"}, converter.Networks)
	require.True(t, file.Networks["conversion"].Internal)
	require.Equal(t, "true", file.Networks["conversion"].DriverOpts["com.docker.network.bridge.inhibit_ipv4"], "the host can be reached")
	for name, c := range file.Services {
		if name != "converter" && name != "fax-dispatch" {
			require.NotContains(t, c.Networks, "conversion", name)
		}
	}
	settings := settingsOf(t, filepath.Join(checkout(t), "services", "fax-dispatch", "cmd", "converter", "config.go"))
	require.ElementsMatch(t, settings, slices.Collect(maps.Keys(converter.Environment)))
	for _, setting := range settings {
		require.Regexp(t, `(?m)^(# )?`+setting+`(=| )`, exampleFile(t))
	}
}

func TestNoFileHasASecret(t *testing.T) {
	secret := regexp.MustCompile(`(?i)(PASSWORD|PASS|SECRET|SECRETS|KEY|PEPPER)$`)
	chosen := regexp.MustCompile(`^\$\{[A-Z_]+:-\}$`)
	for name, c := range containers(t) {
		for setting, value := range c.Environment {
			if secret.MatchString(setting) {
				require.Regexp(t, chosen, value, "%s of %s", setting, name)
			}
		}
	}
	for line := range strings.Lines(exampleFile(t)) {
		setting, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		if secret.MatchString(setting) {
			require.Empty(t, value, setting)
		}
	}
}

func TestEverySettingIsExplainedAndReachesItsService(t *testing.T) {
	made := []string{"DATABASE_URL", "AMQP_URL", "REDIS_URL", "STORAGE_URL", "MAIL_DIR"} // by the settings jobs
	example, all := exampleFile(t), containers(t)
	for _, dir := range serviceDirs(t) {
		service := filepath.Base(dir)
		for _, setting := range settingsOf(t, filepath.Join(dir, "internal", "app", "config.go")) {
			require.Regexp(t, `(?m)^(# )?`+setting+`(=| )`, example, ".env.example does not explain %s", setting)
			if !slices.Contains(made, setting) {
				require.Contains(t, all[service].Environment, setting, "docker-compose.yml: %s", service)
			}
		}
	}
}

// What is explained must exist, or it misleads.
func TestEveryExplainedSettingIsUsed(t *testing.T) {
	root := checkout(t)
	used := ""
	for _, name := range []string{"docker-compose.yml", "deploy/images/compose.dev.yml"} {
		text, err := os.ReadFile(filepath.Join(root, name))
		require.NoError(t, err)
		used += string(text)
	}
	for line := range strings.Lines(exampleFile(t)) {
		if setting, _, found := strings.Cut(line, "="); found && !strings.HasPrefix(line, "#") {
			require.Contains(t, used, "${"+setting+":-", "no container gets %s", setting)
		}
	}
}

// A new service must get into all of these.
func TestEveryServiceHasAnImage(t *testing.T) {
	root, all := checkout(t), containers(t)
	dockerfile, err := os.ReadFile(filepath.Join(root, "deploy", "images", "Dockerfile"))
	require.NoError(t, err)
	for _, dir := range serviceDirs(t) {
		service := filepath.Base(dir)
		require.Contains(t, all, service, "docker-compose.yml")
		require.Contains(t, string(dockerfile), "COPY services/"+service+"/go.mod ")
	}
}

func TestMakeBuildsTheImagesThatComposeRuns(t *testing.T) {
	listed := exec.CommandContext(t.Context(), "make", "--no-print-directory", "--silent", "--eval=listed: ; @echo $(IMAGES)", "listed")
	listed.Dir = checkout(t)
	made, err := listed.Output()
	require.NoError(t, err)
	var run []string
	for _, c := range containers(t) {
		name, ours := strings.CutPrefix(strings.TrimSuffix(c.Image, ":${MINTFAX_VERSION:-dev}"), "mintfax/")
		if program := c.Build.Args["PROGRAM"]; ours && program != "" {
			run = append(run, name+"="+program+"="+cmp.Or(c.Build.Args["BASE"], "scratch"))
		}
	}
	require.ElementsMatch(t, run, strings.Fields(string(made)))
}

func exampleFile(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(checkout(t), ".env.example"))
	require.NoError(t, err)
	return string(text)
}

// settingsOf returns the names in the env tags of a file.
func settingsOf(t *testing.T, file string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	require.NoError(t, err)
	var names []string
	ast.Inspect(parsed, func(node ast.Node) bool {
		field, ok := node.(*ast.Field)
		if !ok || field.Tag == nil {
			return true
		}
		tag, err := strconv.Unquote(field.Tag.Value)
		require.NoError(t, err)
		if name, _, _ := strings.Cut(reflect.StructTag(tag).Get("env"), ","); name != "" {
			names = append(names, name)
		}
		return true
	})
	require.NotEmpty(t, names, file)
	return names
}
