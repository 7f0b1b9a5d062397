package shape

import "github.com/stripe/stripe-mock/spec"

// closeAll lets objects within parameters have only the properties that are described. stripe-mock
// itself is as strict with the outermost ones only.
func closeAll(described *spec.Spec) {
	for _, operations := range described.Paths {
		for _, operation := range operations {
			for _, parameter := range operation.Parameters {
				closeSchema(parameter.Schema)
			}
			if operation.RequestBody == nil {
				continue
			}
			for _, body := range operation.RequestBody.Content {
				closeSchema(body.Schema)
			}
		}
	}
}

func closeSchema(schema *spec.Schema) {
	if schema == nil {
		return
	}
	if len(schema.Properties) > 0 && schema.AdditionalProperties == nil {
		schema.AdditionalPropertiesAllowed = false
	}
	for _, property := range schema.Properties {
		closeSchema(property)
	}
	for _, choice := range schema.AnyOf {
		closeSchema(choice)
	}
	closeSchema(schema.Items)
}
