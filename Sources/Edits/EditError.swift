import Checkpoints
import Updates

/// Why an edit could not be made or written.
public enum EditError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A factor of the component that is not finite.
  case badLambda(Double)
  /// A share of mask entries outside (0, 1).
  case badMaskAlpha(Double)
  /// Rescaling with λ = 0.
  case nothingToRescale
  /// A type that edits are not rounded to.
  case badRounding(DType)
  /// A control that has no meaning for a component.
  case undefinedControl(Control, Component)
  /// An output directory that is one of the inputs.
  case outputIsInput(String)
  /// An output directory that exists and holds files.
  case outputExists(String)
  /// A file that could not be copied or written.
  case notWritten(path: String, reason: String)

  /// One sentence: what, where, expected, found.
  public var description: String {
    switch self {
    case .badLambda(let value): "lambda must be a finite number, found \(value)"
    case .badMaskAlpha(let value): "the mask share must lie between 0 and 1, found \(value)"
    case .nothingToRescale: "with lambda 0 nothing is kept that could be rescaled"
    case .badRounding(let dtype): "edits are rounded to BF16 or not at all, found \(dtype.rawValue)"
    case .undefinedControl(let control, let component):
      "the control \(control.rawValue) has no meaning for the component \(component)"
    case .outputIsInput(let path):
      "\(path) is one of the inputs; choose another directory for the edited model"
    case .outputExists(let path):
      "\(path) exists and is not empty; choose a new directory for the edited model"
    case .notWritten(let path, let reason): "\(path) could not be written: \(reason)"
    }
  }
}
