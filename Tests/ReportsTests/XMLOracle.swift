// JUnit XML read back with libxml2: a small tree to look into, and validation against a schema.

import CLibXML2

/// An element as libxml2 read it.
struct XMLElement: Equatable {
  var name: String
  var attributes: [String: String] = [:]
  var children: [XMLElement] = []
  /// The text of the element and of those inside it.
  var text = ""

  subscript(attribute: String) -> String? { attributes[attribute] }
  func all(_ name: String) -> [XMLElement] { children.flatMap { ($0.name == name ? [$0] : []) + $0.all(name) } }

  /// Reads a document; nil where libxml2 finds it not well-formed.
  static func parse(_ bytes: [UInt8]) -> XMLElement? {
    guard let document = unsafe Self.document(bytes) else { return nil }
    defer { unsafe xmlFreeDoc(document) }
    return unsafe xmlDocGetRootElement(document).map { unsafe XMLElement(node: $0) }
  }

  /// Whether a document is valid against a schema file; nil where the schema or the document can't be read.
  static func isValid(_ bytes: [UInt8], schema path: String) -> Bool? {
    guard let document = unsafe Self.document(bytes), let parser = unsafe xmlSchemaNewParserCtxt(path) else { return nil }
    defer { unsafe xmlFreeDoc(document) }
    defer { unsafe xmlSchemaFreeParserCtxt(parser) }
    guard let schema = unsafe xmlSchemaParse(parser) else { return nil }
    defer { unsafe xmlSchemaFree(schema) }
    guard let validator = unsafe xmlSchemaNewValidCtxt(schema) else { return nil }
    defer { unsafe xmlSchemaFreeValidCtxt(validator) }
    return unsafe xmlSchemaValidateDoc(validator, document) == 0
  }

  private static func document(_ bytes: [UInt8]) -> xmlDocPtr? {
    unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe buffer.withMemoryRebound(to: CChar.self) { unsafe xmlReadMemory($0.baseAddress, Int32($0.count), nil, nil, 0) }
    }
  }

  private init(node: xmlNodePtr) {
    name = unsafe Self.text(node.pointee.name)
    var attribute = unsafe node.pointee.properties
    while let current = unsafe attribute {
      let value = unsafe xmlNodeListGetString(node.pointee.doc, current.pointee.children, 1)
      unsafe attributes[Self.text(current.pointee.name)] = Self.text(value)
      unsafe flipgate_xml_free(value)
      unsafe attribute = current.pointee.next
    }
    var child = unsafe node.pointee.children
    while let current = unsafe child {
      if unsafe current.pointee.type == XML_ELEMENT_NODE { unsafe children.append(XMLElement(node: current)) }
      unsafe child = current.pointee.next
    }
    let content = unsafe xmlNodeGetContent(node)
    text = unsafe Self.text(content)
    unsafe flipgate_xml_free(content)
  }

  private static func text(_ pointer: UnsafePointer<xmlChar>?) -> String { unsafe pointer.map { unsafe String(cString: $0) } ?? "" }
}
