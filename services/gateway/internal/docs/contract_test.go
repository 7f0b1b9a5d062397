package docs_test

import (
	"net/http"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/gateway/internal/docs"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

const contractFile = "openapi.yaml"

func TestServedContractIsTheFile(t *testing.T) {
	written, err := os.ReadFile(contractFile)
	require.NoError(t, err)
	served := get(t, newSite(t), "/openapi.yaml", http.StatusOK)
	require.Equal(t, string(written), served)
}

func TestRoutesAreListedOnce(t *testing.T) {
	routes, err := docs.Routes()
	require.NoError(t, err)
	for _, route := range []string{"POST /v1/account/register", "PATCH /v1/account/environments/{id}", "POST /stripe/webhook", "GET /checkout/return"} {
		require.Contains(t, routes, route)
	}
	slices.Sort(routes)
	require.Equal(t, slices.Compact(slices.Clone(routes)), routes)
}

func TestContractListsTheErrorCatalogue(t *testing.T) {
	var codes, actions []string
	for _, entry := range apierror.Catalogue() {
		codes = append(codes, string(entry.Code))
		if !slices.Contains(actions, entry.Action) {
			actions = append(actions, entry.Action)
		}
	}
	require.Equal(t, codes, enum(t, "ErrorCode"))
	require.ElementsMatch(t, actions, enum(t, "ErrorAction"))
}

func TestContractEnumsMatchTheCode(t *testing.T) {
	require.Equal(t, words(contract.FaxStatuses()), enum(t, "FaxStatus"))
	require.Equal(t, contract.UnsupportedReasons(), enum(t, "UnsupportedReason"))
	require.Equal(t, words(contract.TransactionTypes()), enum(t, "TransactionType"))
	require.Equal(t, words([]contract.EnvironmentType{contract.Sandbox, contract.Live}), enum(t, "EnvironmentType"))
	require.Equal(t, words([]contract.Kind{contract.KindTest, contract.KindLive, contract.KindAccount}), enum(t, "KeyKind"))
}

func TestResourcesHaveTheFieldsOfTheContract(t *testing.T) {
	schemas := schemas(t)
	for name, resource := range map[string]struct {
		of    any
		extra []string // what the gateway adds
		less  []string // what it leaves out
	}{
		"RegistrationStarted": {of: contract.RegisterReply{}},
		"Registered":          {of: contract.Registered{}},
		"NewAccount":          {of: contract.Account{}},
		"Account":             {of: contract.Account{}, extra: []string{"card", "auto_top_up"}},
		"Card":                {of: contract.Card{}},
		"Environment":         {of: contract.Environment{}},
		"Key":                 {of: contract.Key{}, less: []string{"key"}},
		"KeyWithSecret":       {of: contract.Key{}},
		"CreditPackage":       {of: contract.CreditPackage{}},
		"HostedSession":       {of: contract.HostedSession{}},
		"Payment":             {of: contract.Payment{}},
		"Balance":             {of: contract.Balance{}},
		"Transaction":         {of: contract.Transaction{}},
		"Statement":           {of: contract.Statement{}, extra: []string{"account_id", "account_name", "currency"}},
		"StatementPool":       {of: contract.StatementPool{}, extra: []string{"movements"}, less: []string{"range"}},
		"PoolBalance":         {of: contract.PoolBalance{}},
		"Movement":            {of: contract.Movement{}},
		"MovementsTotal":      {of: contract.MovementsTotal{}},
		"FaxSubmission":       {of: contract.FaxSubmission{}},
		"Fax":                 {of: contract.Fax{}},
		"FaxAttempt":          {of: contract.FaxAttempt{}},
		"BalanceList":         {of: contract.Balances{}},
		"AccountAutoTopUp":    {of: contract.AutoTopUp{}},
		"Settings":            {of: contract.Settings{}, extra: fields(contract.FaxSettings{})},
		"FaxQuote":            {of: contract.FaxQuote{}},
		"FaxList":             {of: contract.List[contract.Fax]{}},
	} {
		want := append(fields(resource.of), resource.extra...)
		want = slices.DeleteFunc(want, func(field string) bool { return slices.Contains(resource.less, field) })
		described := schemas[name]
		var got []string
		for field := range described.Properties {
			got = append(got, field)
		}
		require.ElementsMatch(t, want, got, name)
		require.ElementsMatch(t, want, described.Required, name)
	}
}

func TestEveryReferenceResolves(t *testing.T) {
	var document map[string]any
	read(t, &document)
	var walk func(node any)
	walk = func(node any) {
		switch value := node.(type) {
		case map[string]any:
			if target, ok := value["$ref"].(string); ok {
				require.True(t, exists(document, target), target)
			}
			for _, child := range value {
				walk(child)
			}
		case []any:
			for _, child := range value {
				walk(child)
			}
		}
	}
	walk(document)
}

func exists(document map[string]any, target string) bool {
	var node any = document
	for _, part := range strings.Split(strings.TrimPrefix(target, "#/"), "/") {
		children, ok := node.(map[string]any)
		if !ok || children[part] == nil {
			return false
		}
		node = children[part]
	}
	return true
}

type schema struct {
	Enum       []string       `yaml:"enum"`
	Required   []string       `yaml:"required"`
	Properties map[string]any `yaml:"properties"`
}

func schemas(t *testing.T) map[string]schema {
	t.Helper()
	var document struct {
		Components struct {
			Schemas map[string]schema `yaml:"schemas"`
		} `yaml:"components"`
	}
	read(t, &document)
	return document.Components.Schemas
}

func enum(t *testing.T, name string) []string {
	t.Helper()
	return schemas(t)[name].Enum
}

func read(t *testing.T, into any) {
	t.Helper()
	written, err := os.ReadFile(contractFile)
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(written, into))
}

func words[T ~string](values []T) []string {
	var texts []string
	for _, value := range values {
		texts = append(texts, string(value))
	}
	return texts
}

// fields are the names of a message's fields in JSON.
func fields(message any) []string {
	var names []string
	for _, field := range reflect.VisibleFields(reflect.TypeOf(message)) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		names = append(names, name)
	}
	return names
}
