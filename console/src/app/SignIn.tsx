import { Button, Form, Input } from "antd";
import { useState } from "react";
import { type Credentials, session } from "@/api/client";
import { setSession } from "./session";

export function SignIn() {
  const [error, setError] = useState("");
  return (
    <main style={{ maxWidth: 360, margin: "20vh auto" }}>
      <Form layout="vertical" onFinish={(v: Credentials) => session.signIn(v).then(setSession, (e: Error) => setError(e.message))}>
        <Form.Item label="AccessKeyId" name="AccessKeyId"><Input /></Form.Item>
        <Form.Item label="AccessKeySecret" name="AccessKeySecret"><Input.Password /></Form.Item>
        <p role="alert">{error}</p>
        <Button htmlType="submit" type="primary">OK</Button>
      </Form>
    </main>
  );
}
