// The peer of the webhook benchmark: it checks the signature and answers every text by a REST call.
// It keeps nothing, and answers the same text again when Twilio repeats a webhook.

const { Botkit } = require("botkit");
const { TwilioAdapter } = require("botbuilder-adapter-twilio-sms");

const adapter = new TwilioAdapter({
  account_sid: process.env.TWILIO_ACCOUNT_SID,
  auth_token: process.env.TWILIO_AUTH_TOKEN,
  twilio_number: process.env.TWILIO_FROM,
  validation_url: `${process.env.PUBLIC_URL}/in/twilio`,
});
adapter.api.api.baseUrl = process.env.TWILIO_API_URL;

const controller = new Botkit({ adapter, webhook_uri: "/in/twilio", disable_console: true });

controller.on("message", async (bot, message) => {
  await bot.reply(message, "Sit with your feet flat and your back against the chair. Text STOP to end.");
});
