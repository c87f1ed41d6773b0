"""Pictures (图片识读): certificates, QR codes and marks as read from pixels. The extra `pictures`; nothing heavy is imported here."""
