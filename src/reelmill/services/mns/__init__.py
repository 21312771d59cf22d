"""The use cases of the message service: queues and topics."""
