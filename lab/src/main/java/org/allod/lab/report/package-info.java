/// The report: one page that shows a comparison, complete in one file.
///
/// ```
///   Comparison ──► Summary ──► ReportData ──► JSON ─┐
///                  ratios,     thinned, packed      ▼
///                  means                      report.html ──► FILE.html
///        report.css  *.js  uPlot ───────────────────▲
/// ```
///
/// The page is a template and its parts are resources beside these classes; Java writes numbers,
/// JavaScript draws them. The page loads nothing: its own content security policy forbids it, and
/// names just the scripts and styles that were put in. It is small because curves and maps travel
/// as packed columns (`Column`) and quick because a section is drawn when it comes into sight.
///
/// A new picture is a new script listed in `report.html`, fed by a new member in `ReportData`.
package org.allod.lab.report;
