package rpc_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/gateway/internal/rpc"
)

func TestEveryQuestionGoesOverTheBus(t *testing.T) {
	services := reflect.ValueOf(rpc.FromBus(nil)).Elem()
	require.Positive(t, services.NumField())
	for i := range services.NumField() {
		require.False(t, services.Field(i).IsNil(), services.Type().Field(i).Name)
	}
}
