package app_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/gateway/internal/docs"
	"github.com/mintfax/mintfax/services/gateway/internal/httpapi"
)

func TestDocumentedRoutesAreTheServedOnes(t *testing.T) {
	documented, err := docs.Routes()
	require.NoError(t, err)
	served := httpapi.Routes()
	slices.Sort(documented)
	slices.Sort(served)
	require.Equal(t, served, documented)
}
