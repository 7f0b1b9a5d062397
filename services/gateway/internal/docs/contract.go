package docs

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
)

// openapi is the contract of the public API. The gateway serves this very file.
//
//go:embed openapi.yaml
var openapi []byte

// operation is one route of the contract.
type operation struct {
	Method  string
	Path    string
	Summary string
	Tag     string
}

// group is the operations of one tag.
type group struct {
	Name        string
	Description string
	Operations  []operation
}

// Routes lists every operation of the contract as "METHOD /path/{id}".
func Routes() ([]string, error) {
	groups, err := readContract()
	if err != nil {
		return nil, err
	}
	var routes []string
	for _, group := range groups {
		for _, o := range group.Operations {
			routes = append(routes, o.Method+" "+o.Path)
		}
	}
	return routes, nil
}

// readContract returns the operations by tag, in the order of the document.
func readContract() ([]group, error) {
	var document struct {
		Tags []struct {
			Name        string `yaml:"name"`
			Description string `yaml:"description"`
		} `yaml:"tags"`
		Paths yaml.MapSlice `yaml:"paths"`
	}
	if err := yaml.UnmarshalWithOptions(openapi, &document, yaml.UseOrderedMap()); err != nil {
		return nil, fmt.Errorf("read the contract: %w", err)
	}
	var groups []group
	for _, tag := range document.Tags {
		groups = append(groups, group{Name: tag.Name, Description: tag.Description})
	}
	for _, path := range document.Paths {
		methods, ok := path.Value.(yaml.MapSlice)
		if !ok {
			return nil, fmt.Errorf("the contract has no operations at %v", path.Key)
		}
		for _, method := range methods {
			o, err := readOperation(path.Key, method)
			if err != nil {
				return nil, err
			}
			if !place(groups, o) {
				return nil, fmt.Errorf("%s %s has the unknown tag %q", o.Method, o.Path, o.Tag)
			}
		}
	}
	return groups, nil
}

func readOperation(path any, method yaml.MapItem) (operation, error) {
	encoded, err := yaml.Marshal(method.Value)
	if err != nil {
		return operation{}, err
	}
	var body struct {
		Summary string   `yaml:"summary"`
		Tags    []string `yaml:"tags"`
	}
	if err := yaml.Unmarshal(encoded, &body); err != nil {
		return operation{}, err
	}
	o := operation{Method: strings.ToUpper(fmt.Sprint(method.Key)), Path: fmt.Sprint(path), Summary: body.Summary}
	if len(body.Tags) == 1 {
		o.Tag = body.Tags[0]
	}
	return o, nil
}

func place(groups []group, o operation) bool {
	for i := range groups {
		if groups[i].Name == o.Tag {
			groups[i].Operations = append(groups[i].Operations, o)
			return true
		}
	}
	return false
}
