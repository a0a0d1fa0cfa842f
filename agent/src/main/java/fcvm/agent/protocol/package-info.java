/// The protocol that host and guest speak: one command, its streams, and how it ended.
///
/// Start with [fcvm.agent.protocol.ExecSession], the host's side of one command. It sends an
/// [fcvm.agent.protocol.ExecRequest] (or the [fcvm.agent.protocol.RunPlan] of the microVM's own
/// container) and moves bytes until the command has ended. On the wire everything is a
/// [fcvm.agent.protocol.Frame] of some [fcvm.agent.protocol.FrameType], read by a
/// [fcvm.agent.protocol.FrameReader] and written by a [fcvm.agent.protocol.FrameWriter]; what does
/// not follow the protocol is a [fcvm.agent.protocol.ProtocolException] with its reason.
///
/// The transport is any pair of byte streams: a vsock connection in a microVM
/// ([fcvm.agent.protocol.VsockPorts]), a virtio-serial port in the emulated machine.
///
/// One session: EXEC or RUN; STARTED; then STDOUT and STDERR one way and STDIN, STDIN_EOF, RESIZE
/// and SIGNAL the other, until EXIT or ERROR, which the host answers with BYE: a guest that powers
/// off knows then that its last words were heard. Standard input is sent only against credit: the
/// receiver holds at most [fcvm.agent.protocol.StdinWindow#INITIAL] bytes and returns credit with
/// WINDOW as the command takes them. So the receiver always reads on, and a SIGNAL never waits
/// behind input that nobody wants. Output needs no credit: nothing that matters comes after it but
/// EXIT.
package fcvm.agent.protocol;
