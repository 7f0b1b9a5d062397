package walls_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/stack"
)

// Sizes are in lines, tests included.
const (
	longestFile     = 400
	longestMain     = 40
	shortestPackage = 60
	mostPackages    = 110
)

var generated = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)

func TestFilesStayReadableInOneSitting(t *testing.T) {
	for _, file := range goFiles(t) {
		if file.lines > longestFile && !file.generated {
			t.Errorf("%s has %d lines, more than %d", file.path, file.lines, longestFile)
		}
	}
}

// A package with less behind its name is a file of another one.
func TestPackagesAreWorthTheirName(t *testing.T) {
	lines, mains := map[string]int{}, map[string]bool{}
	for _, file := range goFiles(t) {
		lines[path.Dir(file.path)] += file.lines
		if file.name == "main" {
			mains[path.Dir(file.path)] = true
		}
	}
	if len(lines) > mostPackages {
		t.Errorf("the project has %d packages, more than %d: a newcomer has to know them all", len(lines), mostPackages)
	}
	for folder, n := range lines {
		if n < shortestPackage && !mains[folder] {
			t.Errorf("%s has %d lines, fewer than %d", folder, n, shortestPackage)
		}
	}
}

func TestServicesMainsOnlyStartThem(t *testing.T) {
	mains, err := filepath.Glob(filepath.Join(checkout(t), "services", "*", "cmd", "*", "main.go"))
	require.NoError(t, err)
	for _, dir := range serviceDirs(t) {
		mains = append(mains, filepath.Join(dir, "main.go"))
	}
	for _, path := range mains {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		require.LessOrEqual(t, bytes.Count(text, []byte("\n")), longestMain, path)
	}
}

func TestNothingHappensBeforeMain(t *testing.T) {
	for _, file := range goFiles(t) {
		if file.init {
			t.Errorf("%s has a func init", file.path)
		}
	}
}

// source is a Go file of the project.
type source struct {
	path      string // relative to the checkout, with slashes
	name      string // of the package
	imported  []string
	lines     int
	init      bool
	generated bool
}

func (s source) isTest() bool { return strings.HasSuffix(s.path, "_test.go") }

// servesTests reports whether the file is a test, or lies in a package for tests, whose name ends in "test".
func (s source) servesTests() bool {
	return s.isTest() || slices.ContainsFunc(strings.Split(path.Dir(s.path), "/"), func(folder string) bool {
		return strings.HasSuffix(folder, "test")
	})
}

func (s source) imports(library string) bool {
	for _, imported := range s.imported {
		if isUnder(imported, library) {
			return true
		}
	}
	return false
}

func (s source) matchesAny(patterns []string) bool {
	for _, pattern := range patterns {
		if s.matches(pattern) {
			return true
		}
	}
	return false
}

// matches understands directory patterns, and after a colon one for the file's name.
func (s source) matches(pattern string) bool {
	directory, name, hasName := strings.Cut(pattern, ":")
	if hasName {
		if ok, err := path.Match(name, path.Base(s.path)); err != nil || !ok {
			return false
		}
	}
	parts := strings.Split(path.Dir(s.path), "/")
	prefix, below := strings.CutSuffix(directory, "/...")
	depth := strings.Count(prefix, "/") + 1
	if len(parts) < depth || (len(parts) > depth && !below) {
		return false
	}
	ok, err := path.Match(prefix, strings.Join(parts[:depth], "/"))
	return err == nil && ok
}

// isUnder takes every major version of a library for it.
func isUnder(imported, library string) bool {
	return imported == library || strings.HasPrefix(imported, library+"/")
}

// goFiles returns every Go file of the checkout, parsed once for all tests.
func goFiles(t *testing.T) []source {
	t.Helper()
	files, err := parsedFiles()
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return files
}

var parsedFiles = sync.OnceValues(func() ([]source, error) {
	root, err := stack.FindRoot()
	if err != nil {
		return nil, err
	}
	var files []source
	err = filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && name != root {
			return filepath.SkipDir
		}
		if entry.IsDir() || filepath.Ext(name) != ".go" {
			return nil
		}
		relative, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		file, err := read(name, filepath.ToSlash(relative))
		files = append(files, file)
		return err
	})
	return files, err
})

func read(name, relative string) (source, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return source{}, err
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), name, text, 0)
	if err != nil {
		return source{}, err
	}
	file := source{path: relative, name: parsed.Name.Name, lines: bytes.Count(text, []byte("\n")), generated: generated.Match(text)}
	for _, spec := range parsed.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return source{}, err
		}
		file.imported = append(file.imported, imported)
	}
	for _, declaration := range parsed.Decls {
		function, ok := declaration.(*ast.FuncDecl)
		file.init = file.init || ok && function.Recv == nil && function.Name.Name == "init"
	}
	return file, nil
}
