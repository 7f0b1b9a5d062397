package apierror_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/apierror"
)

func TestFieldErrorsReportsAllFieldsTogether(t *testing.T) {
	wrong := apierror.FieldErrors{}
	require.NoError(t, wrong.Err())
	wrong.Add("name", "")
	require.NoError(t, wrong.Err())
	wrong.Add("name", "Too long.")
	wrong.Addf("email", "At most %d characters.", 255)
	require.Equal(t, apierror.Fields(map[string][]string{"name": {"Too long."}, "email": {"At most 255 characters."}}), wrong.Err())
}
