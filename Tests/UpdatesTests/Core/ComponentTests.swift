import Foundation
import Testing
import Updates

@Suite("Components")
struct ComponentTests {
  @Test("every name gives back itself", arguments: Component.names.filter { $0 != "pp" })
  func names(_ name: String) throws {
    let text = name.replacing("R", with: "3").replacing("I", with: "3")
    let component = try Component(parsing: text)
    #expect(component.description == text)
    let json = try JSONEncoder().encode([component])
    #expect(String(decoding: json, as: UTF8.self) == "[\"\(text)\"]")
    #expect(try JSONDecoder().decode([Component].self, from: json) == [component])
  }

  @Test("principal and pp are one component")
  func alias() throws {
    #expect(try Set(["principal", "pp"].map(Component.init(parsing:))).count == 1)
    #expect(try Component(parsing: "pp").description == "principal")
  }

  @Test(
    "an unknown name is refused and the known ones are listed",
    arguments: ["", "Principal", "rank", "rank:", "rank:0", "triplet:-1", "tail:1:2", "rank:1.5"])
  func refused(_ text: String) {
    #expect(throws: UpdateError.badComponent(text)) { try Component(parsing: text) }
    #expect(UpdateError.badComponent(text).description.contains("off-principal, pp, po"))
  }
}
