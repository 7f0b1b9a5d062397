package main

import (
	"image/color"
	"os"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

const (
	chartWidth  = 20 * vg.Centimeter
	chartHeight = 9 * vg.Centimeter
)

// colours that colour-blind readers can distinguish, the gateway's first.
var colours = map[Variant]color.Color{
	Gateway:         color.RGBA{0, 158, 115, 255},
	Monolith:        color.RGBA{213, 94, 0, 255},
	MonolithBatched: color.RGBA{230, 159, 0, 255},
	SingleRPC:       color.RGBA{0, 114, 178, 255},
	Echo:            color.RGBA{120, 120, 120, 255},
	Lookup:          color.RGBA{180, 180, 180, 255},
}

// draw draws requests a second and p99 over what is in flight, side by side.
func (r Results) draw(path string) error {
	folded := medians(r.Closed)
	rates, err := curves("requests per second", folded, func(m Measurement) float64 { return m.PerSecond })
	if err != nil {
		return err
	}
	waits, err := curves("p99, milliseconds", folded, func(m Measurement) float64 { return m.P99 })
	if err != nil {
		return err
	}
	canvas := vgsvg.New(chartWidth, chartHeight)
	instance := draw.New(canvas)
	instance.SetColor(color.White)
	instance.Fill(instance.Rectangle.Path())
	tiles := draw.Tiles{Rows: 1, Cols: 2, PadX: vg.Centimeter / 2, PadLeft: vg.Millimeter, PadRight: 3 * vg.Millimeter, PadTop: vg.Millimeter, PadBottom: vg.Millimeter}
	rates.Draw(tiles.At(instance, 0, 0))
	waits.Draw(tiles.At(instance, 1, 0))
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	if _, err := canvas.WriteTo(file); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}

func curves(title string, folded []Measurement, of func(Measurement) float64) (*plot.Plot, error) {
	p := plot.New()
	p.Title.Text = title
	p.X.Label.Text = "requests in flight"
	p.X.Scale, p.Y.Min = plot.LogScale{}, 0
	p.Legend.Top, p.Legend.Left = true, true
	p.Add(plotter.NewGrid())
	points := map[Variant]plotter.XYs{}
	loads := map[int]bool{}
	var ticks []plot.Tick
	for _, m := range folded {
		points[m.Variant] = append(points[m.Variant], plotter.XY{X: float64(m.InFlight), Y: of(m)})
		if !loads[m.InFlight] {
			ticks = append(ticks, plot.Tick{Value: float64(m.InFlight), Label: strconv.Itoa(m.InFlight)})
		}
		loads[m.InFlight] = true
	}
	p.X.Tick.Marker = plot.ConstantTicks(ticks)
	for _, variant := range append(Gateways(), Echo, Lookup) {
		if len(points[variant]) == 0 {
			continue
		}
		line, dots, err := plotter.NewLinePoints(points[variant])
		if err != nil {
			return nil, err
		}
		line.Color, dots.Color, line.Width = colours[variant], colours[variant], vg.Points(1.5)
		dots.Shape = draw.CircleGlyph{}
		p.Add(line, dots)
		p.Legend.Add(string(variant), line, dots)
	}
	return p, nil
}
