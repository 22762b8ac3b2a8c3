// XML through libxml2's writer, so that escaping and nesting are never done by hand. The one file of this target with `unsafe`.

internal import CLibXML2

/// Writes one indented UTF-8 XML document into memory.
///
/// Texts are written as they are: they hold only characters that XML 1.0 allows (see ``XMLText``).
@safe final class XMLWriter {
  private let buffer: xmlBufferPtr
  private let writer: xmlTextWriterPtr

  init() throws(XMLError) {
    guard let buffer = unsafe xmlBufferCreate() else { throw XMLError(step: "make a buffer") }
    guard let writer = unsafe xmlNewTextWriterMemory(buffer, 0) else {
      unsafe xmlBufferFree(buffer)
      throw XMLError(step: "make a writer")
    }
    unsafe self.buffer = buffer
    unsafe self.writer = writer
    try check("start the document", unsafe xmlTextWriterSetIndent(writer, 1))
    try check("start the document", unsafe xmlTextWriterSetIndentString(writer, "  "))
    try check("start the document", unsafe xmlTextWriterStartDocument(writer, "1.0", "UTF-8", nil))
  }

  deinit {
    unsafe xmlFreeTextWriter(writer)
    unsafe xmlBufferFree(buffer)
  }

  /// Writes an element with its attributes in their order, and what `content` writes inside it.
  func element(_ name: String, _ attributes: [(String, String)] = [], _ content: () throws(XMLError) -> Void = {}) throws(XMLError) {
    try check("start \(name)", unsafe xmlTextWriterStartElement(writer, name))
    for (key, value) in attributes { try check("write \(name)/@\(key)", unsafe xmlTextWriterWriteAttribute(writer, key, value)) }
    try content()
    try check("end \(name)", unsafe xmlTextWriterEndElement(writer))
  }

  /// Writes character data; markup in it is escaped.
  func text(_ text: String) throws(XMLError) { try check("write text", unsafe xmlTextWriterWriteString(writer, text)) }

  /// Ends the document and hands out its bytes.
  func finish() throws(XMLError) -> [UInt8] {
    try check("end the document", unsafe xmlTextWriterEndDocument(writer))
    try check("end the document", unsafe xmlTextWriterFlush(writer))
    guard let content = unsafe xmlBufferContent(buffer) else { throw XMLError(step: "read the buffer") }
    return unsafe Array(UnsafeBufferPointer(start: content, count: Int(xmlBufferLength(buffer))))
  }

  private func check(_ step: String, _ status: Int32) throws(XMLError) {
    if status < 0 { throw XMLError(step: step) }
  }
}
